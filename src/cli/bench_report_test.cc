#include "cli/bench_report.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace code_exec::cli {
namespace {

TEST(BenchReport, GivesPercentilesThatWereMeasured) {
  BenchReport report{.clients = 2, .elapsed = std::chrono::seconds(2)};
  for (int ms = 100; ms >= 1; --ms) report.latencies.push_back(std::chrono::milliseconds(ms));
  const auto object = boost::json::parse(to_json(report)).as_object();
  EXPECT_EQ(object.at("p50Ms").as_double(), 50);
  EXPECT_EQ(object.at("p90Ms").as_double(), 90);
  EXPECT_EQ(object.at("p99Ms").as_double(), 99);
  EXPECT_EQ(object.at("maxMs").as_double(), 100);
  EXPECT_EQ(object.at("jobsPerSecond").as_double(), 50);
}

TEST(BenchReport, CountsErrorsByKindAndLeavesThemOutOfTheRate) {
  BenchReport report{.clients = 1, .elapsed = std::chrono::seconds(1)};
  report.latencies = {std::chrono::milliseconds(1)};
  report.errors = 3;
  report.error_kinds = {{"HTTP status 503", 3}};
  const auto object = boost::json::parse(to_json(report)).as_object();
  EXPECT_EQ(object.at("jobs").to_number<int>(), 4);
  EXPECT_EQ(object.at("jobsPerSecond").as_double(), 1);
  EXPECT_EQ(object.at("errorKinds").at("HTTP status 503").to_number<int>(), 3);
}

TEST(BenchReport, SaysNothingHappenedWhenNothingDid) {
  const auto object = boost::json::parse(to_json(BenchReport())).as_object();
  EXPECT_EQ(object.at("jobsPerSecond").as_double(), 0);
}

}  // namespace
}  // namespace code_exec::cli
