// sandbox/ahead/own_variables.h - the variables by which a library of ours is loaded, which no program sees.
#pragma once

namespace code_exec::sandbox {

// Takes them out of the environment, to the bytes that the kernel shows in /proc/self/environ. False: there
// are none, so it was not the host that loaded us.
bool take_own_variables();

}  // namespace code_exec::sandbox
