#include "callback/schedule.h"

#include <gtest/gtest.h>

namespace code_exec::callback {
namespace {

using namespace std::chrono_literals;

TEST(Schedule, TriesTenTimesOverAboutADay) {
  std::chrono::milliseconds sum{0};
  for (int attempts = 1; attempts < attempts_max; ++attempts) {
    auto pause = pause_after(attempts, {}, 0.5);
    ASSERT_TRUE(pause);
    sum += *pause;
  }
  EXPECT_GT(sum, 20h);
  EXPECT_LT(sum, 26h);
  EXPECT_FALSE(pause_after(attempts_max, {}, 0.5));
}

TEST(Schedule, PausesLongerEachTimeAndSpreadsThem) {
  EXPECT_EQ(pause_after(1, {}, 0), 4s);
  EXPECT_EQ(pause_after(1, {}, 1), 6s);
  EXPECT_EQ(pause_after(2, {}, 0.5), 30s);
  EXPECT_EQ(pause_after(9, {}, 0.5), 12h);
}

TEST(Schedule, WaitsAsLongAsTheReceiverAsksWithinBounds) {
  EXPECT_EQ(pause_after(1, 100s, 0), 100s);
  EXPECT_EQ(pause_after(1, 100s, 1), 120s);
  EXPECT_EQ(pause_after(1, 1s, 0), 4s) << "never sooner than by itself";
  EXPECT_EQ(pause_after(1, 1000h, 0), retry_after_max);
  EXPECT_FALSE(pause_after(attempts_max, 1s, 0));
}

}  // namespace
}  // namespace code_exec::callback
