#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {

namespace {

// When the machine as a whole runs out of memory, a run goes before anything of ours or the operator's. The
// file is ours to write only while we are dumpable; nobody else is in the slot yet.
int be_first_for_out_of_memory() {
  if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) return errno;
  const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return errno;
  const int error = write(file, "1000", 4) == 4 ? 0 : errno;
  close(file);
  if (error != 0) return error;
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : errno;
}

}  // namespace

int start_session(const RunContext&) {
  // Dispositions other than SIG_DFL and SIG_IGN do not survive exec, ignored ones and the mask do.
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, nullptr) != 0) return errno;
  // Its own session and process group: kill(0) must not reach init.
  if (setsid() < 0) return errno;
  umask(022);
  return be_first_for_out_of_memory();
}

}  // namespace code_exec::sandbox
