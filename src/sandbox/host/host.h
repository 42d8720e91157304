// sandbox/host/host.h - the sandbox host: a small single-threaded process with privilege and without network.
// It keeps slots ready, gives each run a slot, watches its limits, and throws away slots that did not end
// cleanly. It never looks at a run's description, input or output: those pass through it as descriptors.
#pragma once

#include "base/fd.h"
#include "sandbox/host_client.h"

namespace code_exec::sandbox {

// Exit codes of a host's process, which the launcher acts on.
inline constexpr int host_exit_done = 0;  // the service closed its connection
inline constexpr int host_exit_cannot =
    1;  // the cage, the cgroups or the first slot could not be made: no host can
inline constexpr int host_exit_restart = 2;  // this one cannot go on, another may

// Serves `service` until it closes. Returns one of the exit codes; what went wrong was logged.
int run_host(const HostOptions& options, Fd service);

}  // namespace code_exec::sandbox
