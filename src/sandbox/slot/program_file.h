// sandbox/slot/program_file.h - the program of a slot's init (main.cc here), as the binary carries it.
#pragma once

#include <span>

namespace code_exec::sandbox {

// An ELF executable that needs no libraries.
std::span<const char> slot_program();

// The one descriptor that it finds open: its socket to the host.
inline constexpr int slot_socket = 3;

}  // namespace code_exec::sandbox
