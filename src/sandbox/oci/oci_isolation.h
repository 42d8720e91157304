// sandbox/oci/oci_isolation.h - runs as containers of an OCI runtime: runc, crun, gVisor's runsc. Each is
// started cold, from a bundle that was made ahead. See docs/decisions/0006-oci-isolation.md.
#pragma once

#include <memory>
#include <string>

#include "sandbox/host/cgroup.h"
#include "sandbox/host/isolation.h"

namespace code_exec::sandbox {

// The absolute path of a runtime: `name` is a path, or looked up in PATH and where administrators' programs
// are. Errc::not_found says how to mend it.
Result<std::string> find_oci_runtime(const std::string& name);

// Root, control groups and the runtime. Errc::unavailable names what is missing, and how to mend it.
Result<std::string> check_oci(const HostOptions& options);

// `options` and `cgroups` must outlive it. Errors as from check_oci().
Result<std::unique_ptr<Isolation>> make_oci_isolation(const HostOptions& options, CgroupTree& cgroups,
                                                      SeccompFilters filters);

}  // namespace code_exec::sandbox
