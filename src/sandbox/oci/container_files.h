// sandbox/oci/container_files.h - what the keeper of a slot and the first process of its container say to
// each other. All they share that every OCI runtime offers is a directory of the host mounted into the
// container, so they speak in files, each of which appears whole:
//
//   keeper -> container   plan, description    there before the container is
//   container -> keeper   begun                its first process has read the plan and holds the description
//   keeper -> container   go                   limits and counters are the program's from now on
//   container -> keeper   report               a SlotExit: the main process has ended, or never started
//
// Only root of the container may enter the directory, so no program comes near it.
#pragma once

#include <array>
#include <cstdint>

#include "sandbox/protocol.h"

namespace code_exec::sandbox {

// In the container.
inline constexpr const char* container_init_path = "/run/code-exec/init";
inline constexpr const char* container_control_path = "/run/code-exec/control";

inline constexpr const char* plan_file = "plan";
inline constexpr const char* description_file = "description";
inline constexpr const char* begun_file = "begun";
inline constexpr const char* go_file = "go";
inline constexpr const char* report_file = "report";

struct ContainerPlan {
  WireLimits limits;
  SlotFilter slot_filter;  // one on top of the other: in a container the run takes both on
  RunFilter run_filter;
};

}  // namespace code_exec::sandbox
