// sandbox/slot/aftermath.h - what process 1 of a slot does when the run's main process has ended.
#pragma once

#include "base/fd.h"

namespace code_exec::sandbox {

// Kills and reaps everything in the calling process's pid namespace but the process itself.
void kill_all();

// A regular file beneath `directory` to read, whatever is there: no link is followed and nothing is waited
// for.
Fd open_beneath(const char* directory, const char* name);

}  // namespace code_exec::sandbox
