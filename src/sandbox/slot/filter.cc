#include <linux/seccomp.h>
#include <sys/prctl.h>

#include <cerrno>

#include "sandbox/slot/filter.h"
#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {

int load_filter(std::span<const sock_filter> filter) {
  const sock_fprog program{static_cast<unsigned short>(filter.size()),
                           const_cast<sock_filter*>(filter.data())};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 ? 0 : errno;
}

int install_filter(const RunContext& context) {
  if (!context.slot_filter.empty())
    if (int error = load_filter(context.slot_filter)) return error;
  return load_filter(context.filter);
}

}  // namespace code_exec::sandbox
