#include <grp.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox/slot/capabilities.h"
#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {
namespace {

int drop_bounding_set() {
  for (unsigned long capability = 0; capability <= 63; ++capability) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
    return errno == EINVAL ? 0 : errno;  // EINVAL: past the last one this kernel has
  }
  return 0;
}

}  // namespace

int take_identity(const RunContext& context) {
  if (context.groups_can_be_dropped && setgroups(0, nullptr) != 0) return errno;
  if (int error = drop_bounding_set()) return error;
  // Becoming a user must not be what clears capabilities, nor exec what grants them: both are done by name.
  if (prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0) != 0) return errno;
  if (setresgid(program_id, program_id, program_id) != 0) return errno;
  if (setresuid(program_id, program_id, program_id) != 0) return errno;
  if (int error = clear_capabilities()) return error;
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return errno;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  return 0;
}

}  // namespace code_exec::sandbox
