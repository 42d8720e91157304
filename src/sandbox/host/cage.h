// sandbox/host/cage.h - the user namespace that everything confined lives in, and the mount namespace with
// the root file system that slots copy. Root of the cage is an id that is nobody outside.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace code_exec::sandbox {

struct Cage {
  Fd user_namespace;
  Fd mount_namespace;
  bool privileged = false;  // made by root: every slot has an id of its own

  // The id, in the cage, of slot n's programs. Without privilege only one id can be mapped: all share it, and
  // the slots' pid and user namespaces keep them apart.
  unsigned program_owner(std::size_t slot) const { return privileged ? 1 + static_cast<unsigned>(slot) : 0; }
};

// From root to the owner of the cage, an id that is nobody outside, with all capabilities kept: whoever makes
// the cage, writes its maps or enters it does so as its owner and needs no CAP_SYS_ADMIN outside it. What
// runs use of the kernel's per-user bounds is counted for the owner too, and that must not be the machine's
// root. 0, or the errno.
int become_cage_owner();

// Errors name the step: "user namespace: unshare: Operation not permitted".
Result<Cage> make_cage(std::span<const std::string> mounts);

}  // namespace code_exec::sandbox
