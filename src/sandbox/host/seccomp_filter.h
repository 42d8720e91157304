// sandbox/host/seccomp_filter.h - the system calls a run may make: an allowlist, built once by libseccomp and
// installed in two parts. To install the whole costs each run as much as its fork (measured: 130 us for 627
// instructions; it has grown since), so the slot's init takes the allowlist on, which its runs inherit, and
// each run takes away the few calls that only init and its own way into the slot needed.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "base/result.h"

namespace code_exec::sandbox {

struct SeccompFilters {
  // The allowlist and what makes and clears a slot. Calls that are refused on purpose answer EPERM (some
  // ENOSYS, where libc then takes another way); calls nobody knows answer ENOSYS; another architecture's
  // calls kill the process.
  std::vector<sock_filter> slot;
  // On top of it: refuses mounts, namespaces, filters and bounding sets. The stricter answer of the two
  // counts.
  std::vector<sock_filter> run;
};
Result<SeccompFilters> build_seccomp_filters();

}  // namespace code_exec::sandbox
