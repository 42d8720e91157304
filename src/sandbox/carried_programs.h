// sandbox/carried_programs.h - the programs that this binary carries as bytes: the first process of a slot
// (sandbox/slot/main.cc) and that of a container (sandbox/oci/init/main.cc), each an ELF executable that
// needs no libraries; and the library of a warm parent (sandbox/warm/parent.cc), which needs libc alone.
#pragma once

#include <span>

namespace code_exec::sandbox {

std::span<const char> slot_program();
std::span<const char> container_program();
std::span<const char> warm_library();

}  // namespace code_exec::sandbox
