// sandbox/ahead/confinement.h - the way of a run that is there before its job, from the fork to where it
// waits. The order of the steps is a security decision:
//  1. namespaces        the slot's mounts, network, IPC and host name; the pid namespace came with the fork
//  2. session           its own
//  3. cgroups           (with v2 it was born in its group); the group becomes the root of what it sees
//  4. user namespace    the one in which only the program's own id exists
//  5. identity          no groups, the program's id, no capabilities, no new privileges
//  6. filter            on top of the parent's
//  7. descriptors       its socket, and what it is told to keep, alone stay open
// Until here nobody in the slot can look into it: it is not dumpable, and the slot's init has no
// CAP_SYS_PTRACE. Nothing of a client is there yet. Steps 3 to 6 are the code that every run of a slot goes
// through.
#pragma once

#include <array>
#include <span>

#include "sandbox/slot/run_child.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {

class Confinement {
 public:
  // Of the process that `fork` was answered with; `fds` came with it.
  Confinement(const WarmPlan& plan, const WarmFork& fork, std::span<const Fd> fds);

  // Takes the steps; the socket is `warm_socket_number` then, and descriptors above `last_kept` are closed.
  // Ends the process, and says why on the socket, when one fails.
  void apply_or_exit(int last_kept = warm_socket_number);

 private:
  int apply(int last_kept);

  int init_;
  int socket_;
  std::array<int, wire_fds_max> cgroup_files_{};
  RunContext context_;
  const char* step_ = "";
};

}  // namespace code_exec::sandbox
