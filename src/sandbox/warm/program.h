// sandbox/warm/program.h - what a warm parent's interpreter does: imports modules ahead and, in a run,
// executes the program and leaves as `python3 main.py` would. The calling thread is the interpreter's main
// thread.
#pragma once

#include <span>
#include <string_view>

#include "sandbox/warm/python_api.h"

namespace code_exec::sandbox {

inline constexpr const char* script_path = "/box/main.py";

// Imports what it can of the names, each NUL-terminated, an empty one last; then makes the interpreter ready
// to be forked. False: it is not one we know, and the reason is on its standard error.
bool prepare_interpreter(std::string_view imports);

// sys.argv and sys.orig_argv, where they differ from the parent's. False: no memory.
bool set_arguments(std::span<const char* const> arguments);

// Touches what every program touches, so that a run which waits has done it before its job comes.
void warm_up();

// Runs the script, which is open, as the interpreter's own main would from here on, and ends the process.
[[noreturn]] void run_script(FILE* script);

}  // namespace code_exec::sandbox
