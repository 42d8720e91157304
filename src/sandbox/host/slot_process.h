// sandbox/host/slot_process.h - starting a slot's init in the cage.
#pragma once

#include <linux/filter.h>

#include <span>

#include "base/fd.h"
#include "base/result.h"
#include "sandbox/host/cage.h"
#include "sandbox/protocol.h"

namespace code_exec::sandbox {

// Both are the host's own children: what of them is still there is waited for, stopped or killed as such.
struct StartedSlot {
  Fd socket;   // to the init; it closes when builder and init are gone
  Fd builder;  // pidfd of the process that enters the cage, forks the init and ends
};

// Starts the init of slot `number` and returns at once. The init says SlotBorn, with its pid as the message's
// sender, then SlotReady.
Result<StartedSlot> start_slot(const Cage& cage, std::size_t number, const WireLimits& usual_limits,
                               bool limit_per_process, std::span<const sock_filter> filter);
using SlotStarter = decltype(&start_slot);  // tests have inits of their own

}  // namespace code_exec::sandbox
