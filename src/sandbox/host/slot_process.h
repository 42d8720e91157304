// sandbox/host/slot_process.h - starting a slot's init in the cage.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "sandbox/host/cage.h"
#include "sandbox/host_client.h"
#include "sandbox/protocol.h"

namespace code_exec::sandbox {

// The program of every slot's init, in a file that nobody can change, ready to be executed.
Result<Fd> make_slot_program_file();

// What every slot of a host is made for; start_slot adds its owner.
Result<SlotPlan> plan_slots(const Cage& cage, const HostOptions& options);

struct SlotMold {
  const Cage& cage;
  int program;  // from make_slot_program_file()
  const SlotPlan& plan;
};

// Starts the init of slot `number` and returns our end of its socket at once. The init then says SlotReady,
// with its pid as the message's sender; it becomes our child, for we are a subreaper
// (PR_SET_CHILD_SUBREAPER).
Result<Fd> start_slot(const SlotMold& mold, std::size_t number);

}  // namespace code_exec::sandbox
