#include "sandbox/oci/init_program.h"

// PROGRAM_FILE is what cmake/carried_programs.cmake has built.
asm(".pushsection .rodata\n"
    ".global code_exec_init_program_begin\n"
    ".global code_exec_init_program_end\n"
    "code_exec_init_program_begin:\n"
    ".incbin \"" PROGRAM_FILE
    "\"\n"
    "code_exec_init_program_end:\n"
    ".popsection\n");

extern "C" const char code_exec_init_program_begin[];
extern "C" const char code_exec_init_program_end[];

namespace code_exec::sandbox {

std::span<const char> init_program() {
  return {code_exec_init_program_begin, code_exec_init_program_end};
}

}  // namespace code_exec::sandbox
