#include "sandbox/slot/aftermath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox/slot/run_child.h"

namespace code_exec::sandbox {
namespace {

std::uint64_t microseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_usec);
}

}  // namespace

// kill(-1) reaches every process of the namespace but us, and cannot be outrun: a fork with a fatal signal
// pending does not happen.
void kill_all() {
  kill(-1, SIGKILL);
  while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
}

void tell_usage(const rusage& used, SlotExit& exit) {
  exit.cpu_us = microseconds(used.ru_utime) + microseconds(used.ru_stime);
  exit.memory_peak_bytes = static_cast<std::uint64_t>(used.ru_maxrss) << 10;
}

void tell_failure(int report, SlotExit& exit) {
  StepFailure failure{};
  if (read(report, &failure, sizeof(failure)) != sizeof(failure)) return;
  exit.started = 0;
  exit.error = failure.error;
  exit.step = failure.step;
  exit.step.back() = '\0';
}

Fd open_beneath(const char* directory, const char* name) {
  const Fd above(open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!above) return Fd();
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  Fd file(static_cast<int>(syscall(SYS_openat2, above.get(), name, &how, sizeof(how))));
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return Fd();
  return file;
}

}  // namespace code_exec::sandbox
