// sandbox/slot/aftermath.h - what process 1 of a slot does when the run's main process has ended.
#pragma once

#include <sys/resource.h>

#include "base/fd.h"
#include "sandbox/protocol.h"

namespace code_exec::sandbox {

// Kills and reaps everything in the calling process's pid namespace but the process itself.
void kill_all();

// What wait4(2) told of the main process.
void tell_usage(const rusage& used, SlotExit& exit);
// When become_program failed on its way, `report` has a StepFailure: the program never started.
void tell_failure(int report, SlotExit& exit);

// A regular file beneath `directory` to read, whatever is there: no link is followed and nothing is waited
// for.
Fd open_beneath(const char* directory, const char* name);

}  // namespace code_exec::sandbox
