// sandbox/ahead/shown_parent.h - what getppid() is to say in a run.
#pragma once

#include <sys/types.h>

namespace code_exec::sandbox {

// A run's parent is the host, outside of what it sees, which the kernel tells it as 0. A program's parent is
// the slot's init, whose number is 1.
pid_t shown_parent();

}  // namespace code_exec::sandbox
