// cli/bench_bare.h - what a service is measured against: the interpreter started anew for each program, by
// nothing; and the same in the sandbox, without a service around it.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/bench_budget.h"
#include "cli/bench_report.h"

namespace code_exec::cli {

struct StartLoad {
  std::string interpreter;
  std::string program;  // its one argument; empty: none
  BenchBound bound;
  std::size_t clients;  // processes at one time
};

// Errc::unavailable: the interpreter cannot be started. Blocks.
Result<BenchReport> measure_bare(const StartLoad& load);
// Errc::unavailable: there can be no sandbox here, or the program cannot be read. Blocks.
Result<BenchReport> measure_confined(const StartLoad& load);

}  // namespace code_exec::cli
