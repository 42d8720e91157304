// cli/bench_bare.h - what a service is measured against: the interpreter started anew for each program, by
// nothing.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/bench_report.h"

namespace code_exec::cli {

struct BareLoad {
  std::string interpreter;
  std::string program;
  std::size_t jobs;
  std::size_t clients;  // processes at one time
};

// Errc::unavailable: the interpreter cannot be started. Blocks.
Result<BenchReport> measure_bare(const BareLoad& load);

}  // namespace code_exec::cli
