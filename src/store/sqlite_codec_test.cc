#include "store/sqlite_codec.h"

#include <gtest/gtest.h>

namespace code_exec::store {
namespace {

TEST(SqliteCodec, GivesBackWhatItWasGiven) {
  job::Submission submission;
  submission.args = {"a", "\xff\n"};
  submission.files = {{"a.txt", std::string("\0\xff", 2)}, {"b.txt", ""}};
  submission.limits.processes = 3;
  submission.warm = false;
  submission.interactive = true;
  submission.tests.cases = {{"1\n", {"a"}, "one\n"}, {std::string("\0", 1), {}, std::nullopt}, {"", {}, ""}};
  submission.tests.comparison = job::Comparison::numeric;
  submission.tests.tolerance = 0.25;
  submission.tests.stop_at_first_failure = true;

  auto decoded = decode_submission(encode_submission(submission), join_contents(submission));

  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, submission);
}

// A row of a version that did not know a field.
TEST(SqliteCodec, LeavesDefaultsForWhatIsAbsent) {
  auto submission = decode_submission(R"({"limits": {"processes": 9}, "unknown": 1})", "");
  ASSERT_TRUE(submission);
  job::Submission expected;
  expected.limits.processes = 9;
  EXPECT_EQ(*submission, expected);

  auto outcome = decode_outcome(R"({"reason": "time_limit"})");
  ASSERT_TRUE(outcome);
  job::Outcome expected_outcome;
  expected_outcome.reason = job::Reason::time_limit;
  EXPECT_EQ(*outcome, expected_outcome);
}

TEST(SqliteCodec, RefusesDamagedText) {
  for (const char* text : {"", "{", "[]", "1", R"({"limits": 1})", R"({"limits": {"processes": -1}})",
                           R"({"args": [1]})", R"({"files": [{"name": "x", "bytes": 1}]})"}) {
    EXPECT_FALSE(decode_submission(text, "")) << text;
  }
  EXPECT_FALSE(decode_submission("{}", "contents of no file"));
  for (const char* text : {"", "{}", R"({"reason": "odd"})", R"({"reason": "signal", "signal": "x"})"})
    EXPECT_FALSE(decode_outcome(text)) << text;
}

}  // namespace
}  // namespace code_exec::store
