#include <linux/seccomp.h>
#include <sys/prctl.h>

#include <cerrno>

#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {

int install_filter(const RunContext& context) {
  const sock_fprog program{static_cast<unsigned short>(context.filter.size()),
                           const_cast<sock_filter*>(context.filter.data())};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 ? 0 : errno;
}

}  // namespace code_exec::sandbox
