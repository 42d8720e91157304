// runtime/command_output.h - what a trusted program of this host prints, with a bound on its time and size.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"

namespace code_exec::runtime {

// Runs `argv` (an absolute program) with nothing of our environment, an empty input and / as its directory,
// and returns the beginning of its stdout and stderr, mixed, once it exited 0. What it leaves running in its
// process group is killed. Blocks. Errc::unavailable: it cannot be started, or ended otherwise;
// Errc::timeout.
Result<std::string> command_output(const std::vector<std::string>& argv, std::chrono::milliseconds time_max);

}  // namespace code_exec::runtime
