#include "api/encode.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace code_exec::api {
namespace {

namespace json = boost::json;
using job::Outcome;
using job::Reason;
using job::Status;

job::Job sample() {
  auto id = job::JobId::parse("0190163d-8694-739b-aea5-966c26f8ad91");
  job::Job job{.id = *id, .created_at = from_ms(1'767'323'045'678)};
  job.submission.language = "python";
  return job;
}

job::Job finished(Outcome outcome) {
  job::Job job = sample();
  job.status = outcome.status;
  job.outcome = std::move(outcome);
  job.started_at = from_ms(1'767'323'045'679);
  job.finished_at = from_ms(1'767'323'046'000);
  return job;
}

TEST(Encode, WritesAPendingJobWithNulls) {
  EXPECT_EQ(
      encode_job(sample(), Encoding::text),
      R"({"jobId":"0190163d-8694-739b-aea5-966c26f8ad91","status":"pending","result":null,"stdout":null,)"
      R"("stderr":null,"exitCode":null,"signal":null,"reason":null,"compileOutput":null,"cpuTimeMs":null,)"
      R"("wallTimeMs":null,"memoryBytes":null,"truncated":null,"language":"python",)"
      R"("createdAt":"2026-01-02T03:04:05.678Z","startedAt":null,"finishedAt":null})");
}

TEST(Encode, WritesACompletedJobInTheOrderOfTheDesign) {
  const job::Job job = finished({.status = Status::completed,
                                 .reason = Reason::none,
                                 .exit_code = 0,
                                 .stdout_bytes = "1\n\n",
                                 .cpu_time = std::chrono::milliseconds(5),
                                 .wall_time = std::chrono::milliseconds(6),
                                 .memory_bytes = 7});
  EXPECT_EQ(encode_job(job, Encoding::text),
            R"({"jobId":"0190163d-8694-739b-aea5-966c26f8ad91","status":"completed","result":"1\n",)"
            R"("stdout":"1\n\n","stderr":"","exitCode":0,"signal":null,"reason":null,"compileOutput":"",)"
            R"("cpuTimeMs":5,"wallTimeMs":6,"memoryBytes":7,"truncated":false,"language":"python",)"
            R"("createdAt":"2026-01-02T03:04:05.678Z","startedAt":"2026-01-02T03:04:05.679Z",)"
            R"("finishedAt":"2026-01-02T03:04:06.000Z"})");
}

TEST(Encode, WritesASourceAsItCouldBeSubmittedAgain) {
  const job::Submission submission{.language = "python",
                                   .code = "x = 1",
                                   .stdin_bytes = "in",
                                   .args = {"a", "b"},
                                   .files = {{"b/c.txt", "d"}}};
  EXPECT_EQ(
      encode_source(submission, Encoding::text),
      R"({"language":"python","code":"x = 1","stdin":"in","args":["a","b"],)"
      R"("files":[{"name":"b/c.txt","content":"d"}],"limits":{"cpuTimeMs":5000,"wallTimeMs":15000,)"
      R"("memoryBytes":268435456,"processes":64,"outputBytes":1048576,"diskBytes":67108864,"files":4096}})");
  EXPECT_EQ(to_json(job::Submission{.interactive = true}, Encoding::text).at("interactive"), true);
  const json::value exact = json::parse(encode_source(submission, Encoding::base64));
  EXPECT_EQ(exact.at("code").as_string(), "eCA9IDE=");
  EXPECT_EQ(exact.at("stdin").as_string(), "aW4=");
  EXPECT_EQ(exact.at("files").at(0).at("name").as_string(), "b/c.txt");
}

TEST(Encode, TellsAPersonWhyAJobFailed) {
  const job::Job crashed =
      finished({.reason = Reason::runtime_error, .exit_code = 1, .stderr_bytes = "Trace\n"});
  EXPECT_EQ(failure_message(crashed), "the program ended with exit code 1\nTrace");
  EXPECT_EQ(json::parse(encode_job(crashed, Encoding::text)).at("result").as_string(),
            failure_message(crashed));
  EXPECT_EQ(failure_message(finished({.reason = Reason::signal, .signal = 11})),
            "the program was ended by signal 11");
  EXPECT_EQ(failure_message(finished({.reason = Reason::time_limit})),
            "the program used more CPU time than its limit (5000 ms)");
  EXPECT_EQ(failure_message(finished({.reason = Reason::compile_error, .compile_output = "main.c:1: no\n"})),
            "the program did not compile\nmain.c:1: no");
  EXPECT_EQ(failure_message(finished({.reason = Reason::internal_error, .message = "its worker died"})),
            "the job could not be run: its worker died");
}

TEST(Encode, ShowsBytesThatAreNoTextAndOffersThemExactly) {
  const job::Job job = finished(
      {.status = Status::completed, .reason = Reason::none, .exit_code = 0, .stdout_bytes = "a\xff\n"});
  const json::value shown = json::parse(encode_job(job, Encoding::text));
  EXPECT_EQ(shown.at("result").as_string(), "a\xef\xbf\xbd");
  const json::value exact = json::parse(encode_job(job, Encoding::base64));
  EXPECT_EQ(exact.at("result").as_string(), "Yf8=");
  EXPECT_EQ(exact.at("stdout").as_string(), "Yf8K");
  EXPECT_EQ(exact.at("stderr").as_string(), "");
}

TEST(Encode, WritesAPageWithTheWayToTheNext) {
  const std::vector<job::Job> jobs = {finished({.status = Status::completed, .reason = Reason::none})};
  const json::value page = json::parse(encode_page(jobs, true));
  EXPECT_EQ(page.at("next").as_string(), jobs[0].id.text());
  EXPECT_FALSE(page.at("jobs").at(0).as_object().contains("stdout"));
  EXPECT_EQ(page.at("jobs").at(0).at("status").as_string(), "completed");
  EXPECT_TRUE(json::parse(encode_page(jobs, false)).at("next").is_null());
  EXPECT_EQ(encode_page({}, false), R"({"jobs":[],"next":null})");
}

TEST(Iso8601, IsUtcWithMilliseconds) {
  EXPECT_EQ(iso8601(from_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso8601(from_ms(951'868'799'999)), "2000-02-29T23:59:59.999Z");
}

}  // namespace
}  // namespace code_exec::api
