// sandbox/slot/init.h - process 1 of a slot: it makes the slot, starts one run at a time in it, tells how the
// run's main process ended, and makes the slot as new. It is root of the cage, which is nobody outside;
// programs cannot signal, trace or read it. When its socket closes, it ends, and with it everything in its
// namespaces.
#pragma once

#include <linux/filter.h>

#include <span>

#include "sandbox/protocol.h"

namespace code_exec::sandbox {

struct SlotPlan {
  int socket = -1;             // to the host
  unsigned program_owner = 0;  // the slot's program, as an id of the cage's user namespace
  bool groups_can_be_dropped = true;
  bool limit_per_process = false;
  WireLimits usual_limits{};  // what the work area is made for ahead of a run
  std::span<const sock_filter> slot_filter;  // init's own, which runs inherit
  std::span<const sock_filter> run_filter;
};

// Called as process 1 of new pid, mount, network, ipc and uts namespaces, the mount namespace being a copy of
// the cage's. Every descriptor but the plan's is closed.
[[noreturn]] void run_slot_init(const SlotPlan& plan);

}  // namespace code_exec::sandbox
