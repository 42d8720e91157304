// sandbox/slot/oom_score.h - who goes first when the machine as a whole runs out of memory.
#pragma once

namespace code_exec::sandbox {

// Before anything of ours or the operator's; what the process forks inherits it. Through the host's /proc,
// and only while the process is dumpable. 0, or the errno.
int be_first_for_out_of_memory();

}  // namespace code_exec::sandbox
