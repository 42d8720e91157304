// sandbox/host/seccomp_filter.h - the system calls a run may make: an allowlist, built once by libseccomp and
// installed by every run as its last step.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "base/result.h"

namespace code_exec::sandbox {

// The compiled program. Calls that are refused on purpose answer EPERM (some ENOSYS, where libc then takes
// another way); calls nobody knows answer ENOSYS; another architecture's calls kill the process.
Result<std::vector<sock_filter>> build_seccomp_filter();

}  // namespace code_exec::sandbox
