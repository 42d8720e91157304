// sandbox/spec.h - what is to be run. Free of coroutines, so that what reads it back can be fuzzed with
// clang.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "job/limits.h"

namespace code_exec::sandbox {

struct File {
  std::string name;  // relative, beneath /box; checked by job::check_file_name before it comes here
  std::string content;
  bool executable = false;
};

// Everything about one run. A run sees nothing of any other.
struct Spec {
  std::vector<std::string> argv;         // argv[0] is the program: absolute, or beneath /box ("./main")
  std::vector<std::string> environment;  // "NAME=value", added to the sandbox's own
  std::vector<File> files;
  std::string stdin_bytes;
  job::Limits limits;
  // Of HostOptions::warm_programs the one that may fork the run, counted from 1. 0: a fresh interpreter,
  // which a run also gets whenever that one cannot. It takes less time and changes nothing else.
  std::uint32_t warm_parent = 0;
  std::string collect;  // name beneath /box of a file to bring back after exit code 0; empty: none
};

}  // namespace code_exec::sandbox
