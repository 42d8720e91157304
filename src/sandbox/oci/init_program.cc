#include "sandbox/oci/init_program.h"

// CONTAINER_INIT_FILE is what cmake/container_init.cmake has built.
asm(".pushsection .rodata\n"
    ".global code_exec_init_program_begin\n"
    ".global code_exec_init_program_end\n"
    "code_exec_init_program_begin:\n"
    ".incbin \"" CONTAINER_INIT_FILE
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
