// sandbox/host/slot_process.h - starting a slot's init in the cage.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "sandbox/host/cage.h"
#include "sandbox/host/seccomp_filter.h"
#include "sandbox/protocol.h"

namespace code_exec::sandbox {

// Starts the init of slot `number` and returns our end of its socket at once. The init then says SlotReady,
// with its pid as the message's sender; it becomes our child, for we are a subreaper
// (PR_SET_CHILD_SUBREAPER).
Result<Fd> start_slot(const Cage& cage, std::size_t number, const WireLimits& usual_limits,
                      bool limit_per_process, const SeccompFilters& filters);

}  // namespace code_exec::sandbox
