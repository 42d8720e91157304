// sandbox/slot/run_child.h - the way of a run's process from the fork to the exec of the program.
//
// The order of the steps is a security decision:
//  1. session and signals   nothing inherited that the program could notice or that could reach it
//  2. cgroups               every limit counts from here on, before anything else costs (with v2 the process
//                           was born in its group); the group becomes the root of what it sees
//  3. user namespace        from the cage's root to a namespace in which only the program's own id exists
//  4. streams               0, 1, 2 are the run's; only the description and the report pipe stay beside them
//  5. resource limits       set while they may still be lowered for good
//  6. identity              no groups, the program's id, no capabilities, no new privileges
//  7. system call filter    on top of the slot's own, before any byte the client chose is looked at
//  8. files                 the description is parsed and the files are written, beneath /box
//  9. exec
#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <array>
#include <span>

#include "sandbox/protocol.h"

namespace code_exec::sandbox {

struct RunContext {
  int description = -1;
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  std::span<const int> cgroup_files;
  int user_namespace = -1;
  int report = -1;  // where a StepFailure is written; closed by a successful exec
  bool groups_can_be_dropped =
      true;  // not in a user namespace made without privilege: setgroups is denied there
  bool limit_per_process = false;  // there are no cgroups: memory and processes through rlimits
  WireLimits limits{};
  std::uint64_t shared_data_bytes = 0;       // of a warm parent's memory, beside the program's own
  std::span<const sock_filter> slot_filter;  // empty where the caller has taken it on, and it is inherited
  std::span<const sock_filter> filter;
};

struct StepFailure {
  StepName step;
  std::int32_t error;
};

// Never returns: the program runs, or the failure is reported and the process ends. Called in a fresh
// child of the slot's init; allocates nothing.
[[noreturn]] void become_program(const RunContext& context);

// The same in a container, whose first process has called it: the runtime has put everybody in the group and
// made the one user namespace there is, so steps 2 and 3 are not taken.
[[noreturn]] void become_program_in_container(const RunContext& context);

// As fork(), but the child is in the group of v2 whose directory this is, from its first instruction on.
pid_t fork_into_cgroup(int directory);

}  // namespace code_exec::sandbox
