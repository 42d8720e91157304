// sandbox/oci/container_config.h - config.json of a slot's container: the OCI runtime specification.
#pragma once

#include <string>

namespace code_exec::sandbox {

inline constexpr const char* container_root_name = "root";  // beside config.json

// The same for every run of a slot. `program_owner` is the program's id outside.
std::string container_config(const std::string& cgroups_path, unsigned program_owner);

}  // namespace code_exec::sandbox
