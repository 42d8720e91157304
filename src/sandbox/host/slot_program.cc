#include "sandbox/slot/program_file.h"

// From slot_program.S.
extern "C" {
extern const char code_exec_slot_program_begin[];
extern const char code_exec_slot_program_end[];
}

namespace code_exec::sandbox {

std::span<const char> slot_program() {
  return {code_exec_slot_program_begin, code_exec_slot_program_end};
}

}  // namespace code_exec::sandbox
