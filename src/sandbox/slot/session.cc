#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {

int start_session(const RunContext&) {
  // Dispositions other than SIG_DFL and SIG_IGN do not survive exec, ignored ones and the mask do.
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, nullptr) != 0) return errno;
  // Its own session and process group: kill(0) must not reach init.
  if (setsid() < 0) return errno;
  umask(022);
  return 0;
}

}  // namespace code_exec::sandbox
