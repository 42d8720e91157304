// sandbox/host/host.h - the sandbox host: a small single-threaded process with privilege and without network.
// It keeps slots ready, gives each run a slot, watches its limits, and throws away slots that did not end
// cleanly. It never looks at a run's description, input or output: those pass through it as descriptors.
#pragma once

#include "base/fd.h"
#include "sandbox/host_client.h"

namespace code_exec::sandbox {

// Serves `service` until it closes. Returns the exit code of the process: 0, or 1 when the cage or the
// cgroups could not be made, which was logged.
int run_host(const HostOptions& options, Fd service);

}  // namespace code_exec::sandbox
