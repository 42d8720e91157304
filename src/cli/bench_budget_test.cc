#include "cli/bench_budget.h"

#include <gtest/gtest.h>

namespace code_exec::cli {
namespace {

TEST(BenchBudget, GivesOutSoManyJobs) {
  BenchBudget budget({.jobs = 2});
  budget.start();
  EXPECT_TRUE(budget.take());
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.take());
}

TEST(BenchBudget, GivesNoneOutWhenItsTimeIsOver) {
  BenchBudget budget({.jobs = 2, .time = std::chrono::nanoseconds(0)});
  budget.start();
  EXPECT_FALSE(budget.take());
}

TEST(BenchBudget, GivesNoneOutOnceEnded) {
  BenchBudget budget({.jobs = 2});
  budget.start();
  budget.end();
  EXPECT_FALSE(budget.take());
}

}  // namespace
}  // namespace code_exec::cli
