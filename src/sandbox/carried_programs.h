// sandbox/carried_programs.h - the programs that this binary carries as bytes: the first process of a slot
// (sandbox/slot/main.cc) and that of a container (sandbox/oci/init/main.cc). Each is an ELF executable that
// needs no libraries.
#pragma once

#include <span>

namespace code_exec::sandbox {

std::span<const char> slot_program();
std::span<const char> container_program();

}  // namespace code_exec::sandbox
