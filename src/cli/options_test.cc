#include "cli/options.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace code_exec::cli {
namespace {

Result<job::LimitRules> rules_from(std::vector<std::string> arguments) {
  CLI::App app;
  LimitOptions options;
  options.add(app);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  app.parse(reversed);
  return options.rules();
}

TEST(LimitOptions, AreTheDesignsWhereNothingIsSaid) {
  auto rules = rules_from({});
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->defaults, job::Limits());
  EXPECT_EQ(rules->maxima, job::LimitRules().maxima);
}

TEST(LimitOptions, SetEachLimitByItsName) {
  auto rules = rules_from({"--limit-cpu-time-ms", "1", "--limit-wall-time-ms", "2", "--limit-memory-bytes",
                           "64M", "--limit-processes", "4", "--limit-output-bytes", "5", "--limit-disk-bytes",
                           "1M", "--limit-files", "17", "--limit-max-memory-bytes", "4G"});
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->defaults, (job::Limits{.cpu_time = std::chrono::milliseconds(1),
                                          .wall_time = std::chrono::milliseconds(2),
                                          .memory_bytes = 64ULL << 20,
                                          .processes = 4,
                                          .output_bytes = 5,
                                          .disk_bytes = 1ULL << 20,
                                          .files = 17}));
  EXPECT_EQ(rules->maxima.memory_bytes, 4ULL << 30);
}

TEST(LimitOptions, RefuseADefaultAboveItsMaximumAndNameIt) {
  auto rules = rules_from({"--limit-max-wall-time-ms", "1000"});
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().field, "--limit-wall-time-ms");
}

TEST(LimitOptions, RefuseADefaultWithWhichNothingCanRun) {
  auto rules = rules_from({"--limit-memory-bytes", "1K"});
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().field, "--limit-memory-bytes");
}

TEST(LimitOptions, RefuseWhatIsNoNumber) {
  for (const char* value : {"x", "-1", "1.5", "", "99999999999999999999999"})
    EXPECT_THROW((void)rules_from({"--limit-files", value}), CLI::ParseError) << value;
}

IsolationOption isolation_from(std::vector<std::string> arguments) {
  CLI::App app;
  IsolationOption option;
  option.add(app);
  app.parse(arguments);
  return option;
}

TEST(IsolationOption, IsTheCageUnlessARuntimeIsNamed) {
  EXPECT_EQ(isolation_from({}).oci_runtime(), "");
  EXPECT_EQ(isolation_from({"--isolation=cage"}).oci_runtime(), "");
  EXPECT_EQ(isolation_from({"--isolation=oci:runc"}).oci_runtime(), "runc");
  EXPECT_EQ(isolation_from({"--isolation=oci:/opt/runsc"}).oci_runtime(), "/opt/runsc");
}

TEST(IsolationOption, RefusesWhatItDoesNotKnow) {
  for (const char* argument : {"--isolation=", "--isolation=oci:", "--isolation=runc", "--isolation=none"})
    EXPECT_THROW((void)isolation_from({argument}), CLI::ParseError) << argument;
}

}  // namespace
}  // namespace code_exec::cli
