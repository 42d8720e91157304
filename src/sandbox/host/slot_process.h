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

// Both are the host's own children: what of them is still there is waited for, stopped or killed as such.
struct StartedSlot {
  Fd socket;   // to the init; it closes when builder and init are gone
  Fd builder;  // pidfd of the process that enters the cage, forks the init and ends
};

// Starts the init of slot `number` and returns at once. The init says SlotBorn, with its pid as the message's
// sender, then SlotReady.
Result<StartedSlot> start_slot(const SlotMold& mold, std::size_t number);
using SlotStarter = decltype(&start_slot);  // tests have inits of their own

}  // namespace code_exec::sandbox
