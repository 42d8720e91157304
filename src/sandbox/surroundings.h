// sandbox/surroundings.h - what the machine or the container around us is like: the facts behind the words of
// sandbox/advice.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace code_exec::sandbox {

struct Surroundings {
  bool container = false;  // Docker, Podman, Kubernetes or their like
  bool root = false;
  std::uint64_t capabilities = 0;  // effective, as bits by number
  bool ids_mapped = true;          // our user namespace has the ids that root hands out
  bool seccomp_filter = false;     // whoever started us put a system call filter on us
  std::string apparmor_profile;    // that confines us; empty: none
  // sysctls; where the kernel has none of that name, they are as if they allowed it
  bool user_namespaces_forbidden = false;   // kernel.unprivileged_userns_clone is 0 (Debian)
  bool user_namespaces_restricted = false;  // kernel.apparmor_restrict_unprivileged_userns is 1 (Ubuntu)
  bool user_namespaces_none = false;        // user.max_user_namespaces is 0
  std::vector<std::string> hidden_in_proc;  // places below /proc that something is mounted over

  enum class Cgroups { absent, v1, v2 };  // the version that has the controllers, or is the only one mounted
  Cgroups cgroups = Cgroups::absent;
  bool cgroups_read_only = false;
  bool cgroups_writable = false;  // by us
  bool swap_unbounded = false;    // there is swap, and the kernel does not count what a group uses of it
};

Surroundings look_around();

}  // namespace code_exec::sandbox
