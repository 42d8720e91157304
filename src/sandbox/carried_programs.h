// sandbox/carried_programs.h - the programs that this binary carries as bytes: the first process of a slot
// (sandbox/slot/main.cc) and that of a container (sandbox/oci/init/main.cc), each an ELF executable that
// needs no libraries; the library of a warm parent (sandbox/warm/parent.cc), which needs libc alone; and the
// two of interpreters that are started ahead (sandbox/ahead/starter.cc and library.cc).
#pragma once

#include <span>

namespace code_exec::sandbox {

std::span<const char> slot_program();
std::span<const char> container_program();
std::span<const char> warm_library();
std::span<const char> starter_program();
std::span<const char> ahead_library();

}  // namespace code_exec::sandbox
