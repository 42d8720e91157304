// sandbox/advice.h - how to mend what a machine or container refuses, in words: from the errno of what failed
// and the facts around it. Pure functions; doctor and the sandbox host print what they return.
#pragma once

#include <span>
#include <string>

#include "sandbox/surroundings.h"

namespace code_exec::sandbox {

// unshare(CLONE_NEWUSER) failed with `error`.
std::string user_namespace_advice(int error, const Surroundings& around);
// A call that needs no more than what root of a user namespace may do failed with `error`.
std::string refused_call_advice(int error, const Surroundings& around);
// mount(2) of a procfs failed with `error`.
std::string proc_advice(int error, const Surroundings& around);
// Groups cannot be made. Ends with how to do without.
std::string cgroup_advice(const Surroundings& around);

// What root needs of its capabilities, and has not: "CAP_KILL, CAP_SETUID"; empty: nothing.
std::string missing_capabilities(const Surroundings& around);
std::string capability_advice(const std::string& missing, const Surroundings& around);

}  // namespace code_exec::sandbox
