#include "sandbox/carried_programs.h"

// The files are what cmake/carried_programs.cmake has built.
#define CARRY(name, file)                                                                              \
  asm(".pushsection .rodata\n"                                                                         \
      ".global " #name "_begin\n.global " #name "_end\n" #name "_begin:\n.incbin \"" file "\"\n" #name \
      "_end:\n"                                                                                        \
      ".popsection\n");                                                                                \
  extern "C" const char name##_begin[];                                                                \
  extern "C" const char name##_end[]

CARRY(code_exec_slot, SLOT_PROGRAM_FILE);
CARRY(code_exec_container, CONTAINER_PROGRAM_FILE);
CARRY(code_exec_warm, WARM_LIBRARY_FILE);
CARRY(code_exec_starter, STARTER_PROGRAM_FILE);
CARRY(code_exec_ahead, AHEAD_LIBRARY_FILE);

namespace code_exec::sandbox {

std::span<const char> slot_program() {
  return {code_exec_slot_begin, code_exec_slot_end};
}

std::span<const char> container_program() {
  return {code_exec_container_begin, code_exec_container_end};
}

std::span<const char> warm_library() {
  return {code_exec_warm_begin, code_exec_warm_end};
}

std::span<const char> starter_program() {
  return {code_exec_starter_begin, code_exec_starter_end};
}

std::span<const char> ahead_library() {
  return {code_exec_ahead_begin, code_exec_ahead_end};
}

}  // namespace code_exec::sandbox
