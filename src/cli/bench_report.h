// cli/bench_report.h - what a measurement found.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace code_exec::cli {

struct BenchReport {
  std::size_t clients = 0;
  std::chrono::nanoseconds elapsed{0};
  std::vector<std::chrono::nanoseconds> latencies;  // of the jobs that went well, in any order
  std::size_t errors = 0;
  std::map<std::string, std::size_t> error_kinds;  // what went wrong, how often
};

std::string to_text(const BenchReport& report);
std::string to_json(const BenchReport& report);

}  // namespace code_exec::cli
