// cli/bench_budget.h - how long a load goes on.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>

namespace code_exec::cli {

struct BenchBound {
  std::size_t jobs;
  std::chrono::nanoseconds time = std::chrono::nanoseconds::max();  // no job begins later than that
};

// Clients on any threads share one; start() comes before all else.
class BenchBudget {
 public:
  explicit BenchBudget(BenchBound bound) : bound_(bound) {}

  void start() { started_ = std::chrono::steady_clock::now(); }
  std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - started_; }

  // Whether one more job may begin.
  bool take() { return elapsed() < bound_.time && begun_.fetch_add(1) < bound_.jobs; }
  // None may from now on.
  void end() { begun_ = bound_.jobs; }

 private:
  BenchBound bound_;
  std::chrono::steady_clock::time_point started_;
  std::atomic<std::size_t> begun_{0};
};

}  // namespace code_exec::cli
