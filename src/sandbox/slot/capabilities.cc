#include "sandbox/slot/capabilities.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace code_exec::sandbox {
namespace {

using Sets = std::array<__user_cap_data_struct, 2>;  // of 32 capabilities each

__user_cap_header_struct header() {
  return {_LINUX_CAPABILITY_VERSION_3, 0};
}

int set(const Sets& sets) {
  __user_cap_header_struct version = header();
  return syscall(SYS_capset, &version, sets.data()) == 0 ? 0 : errno;
}

}  // namespace

int clear_capabilities() {
  return set({});
}

int give_up_capability(int capability) {
  if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return errno;
  __user_cap_header_struct version = header();
  Sets sets{};
  if (syscall(SYS_capget, &version, sets.data()) != 0) return errno;
  __user_cap_data_struct& half = sets[static_cast<std::size_t>(capability / 32)];
  const unsigned others = ~(1U << (capability % 32));
  half.effective &= others;
  half.permitted &= others;
  half.inheritable &= others;
  return set(sets);
}

}  // namespace code_exec::sandbox
