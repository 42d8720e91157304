// sandbox/oci/bundle.h - what an OCI runtime is given: a root file system, config.json, and the directories
// that the container shares with the keeper. All of it is in mounts of the keeper's own mount namespace, over
// /run: nobody else sees it, and nothing of it outlives the keeper.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/host/cgroup.h"
#include "sandbox/slot/mounts.h"

namespace code_exec::sandbox {

// Where it is, in the keeper's mount namespace.
inline constexpr const char* bundle_path = "/run/bundle";    // with config.json
inline constexpr const char* control_path = "/run/control";  // the container's container_control_path
inline constexpr const char* box_path = "/run/work/box";
inline constexpr const char* state_path = "/run/state";  // the runtime's own
inline constexpr const char* log_path = "/run/log";      // the runtime's own

struct BundlePlan {
  std::span<const std::string> mounts;
  std::span<const HierarchyView> views;
  std::string cgroups_path;  // as the runtime sees it
  unsigned program_owner;    // outside
};

// What can be made ahead of the run. The caller is process 1 of new pid and mount namespaces, and root.
Result<void> make_bundle(const BundlePlan& plan);

// What only the run tells: its work area, and room for `control_bytes` in the control directory.
Result<void> add_run(const WorkArea& area, std::uint64_t control_bytes);

}  // namespace code_exec::sandbox
