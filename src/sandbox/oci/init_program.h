// sandbox/oci/init_program.h - the program that is a container's first process (oci/init/main.cc), whole, as
// it is written into a container's root. In the binary itself: there is nothing beside it to install.
#pragma once

#include <span>

namespace code_exec::sandbox {

std::span<const char> init_program();

}  // namespace code_exec::sandbox
