#include "job/job.h"

#include <gtest/gtest.h>

namespace code_exec::job {
namespace {

TEST(JobId, SortsByTimeOfCreation) {
  const TimePoint now = from_ms(1'700'000'000'000);
  const JobId first = JobId::make(now);
  const JobId second = JobId::make(now);
  const JobId third = JobId::make(now + std::chrono::milliseconds(1));
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST(JobId, ParsesWhatItMakesInEitherCase) {
  const JobId id = JobId::make(from_ms(1));
  std::string upper = id.text();
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  auto parsed = JobId::parse(upper);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, id);
}

TEST(JobId, RefusesWhatIsNotAUuid) {
  for (const char* text : {"", "x", "0190163d-8694-739b-aea5-966c26f8ad9",
                           "0190163d-8694-739b-aea5-966c26f8ad9g", "0190163d+8694-739b-aea5-966c26f8ad91"})
    EXPECT_FALSE(JobId::parse(text)) << text;
}

TEST(FileName, RefusesEveryWayOutOfTheBox) {
  for (std::string name : {"", "/etc/x", "../x", "a/../../x", "a//b", "a/", ".", "..", "./x", "a\nb"})
    EXPECT_FALSE(check_file_name(name, "files[0].name")) << name;
  EXPECT_FALSE(check_file_name(std::string_view("a\0b", 3), "files[0].name"));
  EXPECT_FALSE(check_file_name(std::string(256, 'a'), "files[0].name"));
}

TEST(FileName, AllowsOrdinaryNames) {
  for (std::string name : {"a", "a.py", ".hidden", "dir/sub/x.txt", "é.txt", "..a", "a b"})
    EXPECT_TRUE(check_file_name(name, "files[0].name")) << name;
}

Submission with_files(std::vector<SourceFile> files) {
  Submission submission;
  submission.files = std::move(files);
  return submission;
}

TEST(Submission, RefusesNamesThatCannotStandSideBySide) {
  EXPECT_FALSE(check(with_files({{"a", ""}, {"a", ""}}), {}, "main.py"));
  EXPECT_FALSE(check(with_files({{"dir/test", ""}, {"dir", ""}}), {}, "main.py"));
  EXPECT_FALSE(check(with_files({{"main.py", ""}}), {}, "main.py"));
  EXPECT_FALSE(check(with_files({{"main.py/x", ""}}), {}, "main.py"));
  EXPECT_TRUE(check(with_files({{"dir/test", ""}, {"dir/other", ""}}), {}, "main.py"));
}

TEST(Submission, NamesTheFieldThatIsTooLarge) {
  Submission submission;
  submission.code.resize((1 << 20) + 1);
  auto checked = check(submission, {}, "main.py");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::too_large);
  EXPECT_EQ(checked.error().field, "code");
}

TEST(Limits, DefaultsStandWhereNothingIsAsked) {
  auto limits = resolve({}, {});
  ASSERT_TRUE(limits);
  EXPECT_EQ(*limits, Limits{});
}

TEST(Limits, RefusesValuesOutsideTheOperatorsRange) {
  LimitsRequest request;
  request.cpu_time = std::chrono::hours(1);
  auto limits = resolve(request, {});
  ASSERT_FALSE(limits);
  EXPECT_EQ(limits.error().field, "limits.cpuTimeMs");
  request.cpu_time = std::chrono::milliseconds(0);
  EXPECT_FALSE(resolve(request, {}));
}

}  // namespace
}  // namespace code_exec::job
