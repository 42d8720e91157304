// sandbox/slot/init.h - process 1 of a slot: it makes the slot, starts one run at a time in it, tells how the
// run's main process ended, and makes the slot as new. It is root of the cage, which is nobody outside;
// programs cannot signal, trace or read it. When its socket closes, it ends, and with it everything in its
// namespaces.
#pragma once

#include "sandbox/protocol.h"

namespace code_exec::sandbox {

// Called as process 1 of new pid, mount, network, ipc and uts namespaces, the mount namespace being a copy of
// the cage's. `socket` leads to the host; every other descriptor is closed.
[[noreturn]] void run_slot_init(int socket, const SlotPlan& plan);

}  // namespace code_exec::sandbox
