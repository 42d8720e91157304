// sandbox/host/child_process.h - children of the host, by pidfd: what is sent through one never reaches
// another process that has the number by now.
#pragma once

#include <sys/types.h>

#include "base/fd.h"

namespace code_exec::sandbox {

enum class ChildState { running, ended, not_ours };

// Opens the process that the kernel named as the sender of a message. That it is a child of ours which nobody
// has reaped says that the number is still its; it may have ended. An empty Fd: it cannot be opened (errno).
Fd open_child(pid_t sender, ChildState& state);

// Nothing where there is no process.
void send_signal(const Fd& process, int number);
// SIGKILL; nothing where there is no process.
void end_process(const Fd& process);

}  // namespace code_exec::sandbox
