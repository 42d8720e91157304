#include "sandbox/slot/aftermath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace code_exec::sandbox {

// kill(-1) reaches every process of the namespace but us, and cannot be outrun: a fork with a fatal signal
// pending does not happen.
void kill_all() {
  kill(-1, SIGKILL);
  while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
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
