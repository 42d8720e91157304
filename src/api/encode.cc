#include "api/encode.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "base/text.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;
using job::Outcome;
using job::Reason;

json::value text(std::string_view bytes, Encoding encoding) {
  if (encoding == Encoding::base64) return json::value(base64_encode(bytes));
  if (is_utf8(bytes)) return json::value(json::string_view(bytes.data(), bytes.size()));
  return json::value(to_utf8(bytes));
}

template <class Value>
json::value or_null(const std::optional<Value>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::value time_or_null(const std::optional<TimePoint>& time) {
  return time ? json::value(iso8601(*time)) : json::value(nullptr);
}

std::string_view without_last_line_feed(std::string_view bytes) {
  if (bytes.ends_with('\n')) bytes.remove_suffix(1);
  return bytes;
}

json::value result_of(const job::Job& job, Encoding encoding) {
  if (!job.outcome) return nullptr;
  if (job.status == job::Status::completed)
    return text(without_last_line_feed(job.outcome->stdout_bytes), encoding);
  return text(failure_message(job), encoding);
}

std::string count_of(const char* words, const std::optional<int>& number) {
  return number ? std::string(words) + " " + std::to_string(*number) : std::string(words);
}

std::string headline(const Outcome& outcome, const job::Limits& limits) {
  auto ms = [](std::chrono::milliseconds time) { return " (" + std::to_string(time.count()) + " ms)"; };
  switch (outcome.reason) {
    case Reason::none:
    case Reason::runtime_error:
      return count_of("the program ended with exit code", outcome.exit_code);
    case Reason::signal:
      return count_of("the program was ended by signal", outcome.signal);
    case Reason::wrong_answer:
      return "the program printed something else than a test expected";
    case Reason::time_limit:
      return "the program used more CPU time than its limit" + ms(limits.cpu_time);
    case Reason::wall_time_limit:
      return "the program ran longer than its limit" + ms(limits.wall_time);
    case Reason::memory_limit:
      return "the program needed more memory than its limit (" + std::to_string(limits.memory_bytes) +
             " bytes)";
    case Reason::output_limit:
      return "the program printed far more than its limit";
    case Reason::compile_error:
      return "the program did not compile";
    case Reason::cancelled:
      return "the job was cancelled";
    case Reason::internal_error:
      return "the job could not be run";
  }
  return {};
}

enum class Outputs { shown, left_out };

void add_outcome(json::object& body, const std::optional<Outcome>& outcome, Outputs outputs,
                 Encoding encoding) {
  auto add = [&](const char* name, auto value_of) {
    body[name] = outcome ? value_of() : json::value(nullptr);
  };
  auto add_output = [&](const char* name, std::string Outcome::*bytes) {
    if (outputs == Outputs::shown) add(name, [&] { return text((*outcome).*bytes, encoding); });
  };
  add_output("stdout", &Outcome::stdout_bytes);
  add_output("stderr", &Outcome::stderr_bytes);
  add("exitCode", [&] { return or_null(outcome->exit_code); });
  add("signal", [&] { return or_null(outcome->signal); });
  const bool has_reason = outcome && outcome->reason != Reason::none;
  body["reason"] = has_reason ? json::value(job::to_string(outcome->reason)) : json::value(nullptr);
  add_output("compileOutput", &Outcome::compile_output);
  add("cpuTimeMs", [&] { return json::value(outcome->cpu_time.count()); });
  add("wallTimeMs", [&] { return json::value(outcome->wall_time.count()); });
  add("memoryBytes", [&] { return json::value(outcome->memory_bytes); });
  add("truncated", [&] { return json::value(outcome->truncated); });
}

json::value verdict_of(const job::TestResult& result) {
  if (result.verdict == job::Verdict::accepted) return "accepted";
  if (result.verdict == job::Verdict::skipped) return "skipped";
  return json::string_view(job::to_string(result.reason));
}

void add_tests(json::object& body, const std::optional<Outcome>& outcome, Encoding encoding) {
  if (!outcome || outcome->tests.empty()) return;
  json::array& tests = body["tests"].emplace_array();
  for (const job::TestResult& result : outcome->tests) {
    json::object& test = tests.emplace_back(json::object_kind).get_object();
    test["verdict"] = verdict_of(result);
    test["stdout"] = text(result.stdout_bytes, encoding);
    test["stderr"] = text(result.stderr_bytes, encoding);
    test["exitCode"] = or_null(result.exit_code);
    test["signal"] = or_null(result.signal);
    test["cpuTimeMs"] = result.cpu_time.count();
    test["wallTimeMs"] = result.wall_time.count();
    test["memoryBytes"] = result.memory_bytes;
    test["truncated"] = result.truncated;
  }
}

void add_times(json::object& body, const job::Job& job) {
  body["language"] = text(job.submission.language, Encoding::text);
  body["createdAt"] = iso8601(job.created_at);
  body["startedAt"] = time_or_null(job.started_at);
  body["finishedAt"] = time_or_null(job.finished_at);
}

}  // namespace

std::string failure_message(const job::Job& job) {
  const Outcome& outcome = *job.outcome;
  std::string message = headline(outcome, job.submission.limits);
  if (!outcome.message.empty()) message += ": " + outcome.message;
  const std::string& output =
      outcome.reason == Reason::compile_error ? outcome.compile_output : outcome.stderr_bytes;
  if (!output.empty()) message.append("\n").append(without_last_line_feed(output));
  return message;
}

std::string encode_job(const job::Job& job, Encoding encoding) {
  return json::serialize(to_json(job, encoding));
}

json::object to_json(const job::Job& job, Encoding encoding) {
  json::object body;
  body.reserve(17);
  body["jobId"] = job.id.text();
  body["status"] = job::to_string(job.status);
  body["result"] = result_of(job, encoding);
  add_outcome(body, job.outcome, Outputs::shown, encoding);
  add_tests(body, job.outcome, encoding);
  add_times(body, job);
  return body;
}

std::string encode_source(const job::Submission& submission, Encoding encoding) {
  return json::serialize(to_json(submission, encoding));
}

json::object to_json(const job::Submission& submission, Encoding encoding) {
  json::object body;
  body["language"] = submission.language;
  body["code"] = text(submission.code, encoding);
  body["stdin"] = text(submission.stdin_bytes, encoding);
  json::array& args = body["args"].emplace_array();
  for (const std::string& arg : submission.args) args.push_back(text(arg, encoding));
  json::array& files = body["files"].emplace_array();
  for (const job::SourceFile& file : submission.files)
    files.push_back({{"name", text(file.name, Encoding::text)}, {"content", text(file.content, encoding)}});
  body["limits"] = to_json(submission.limits);
  if (submission.interactive) body["interactive"] = true;
  return body;
}

json::object to_json(const job::Limits& limits) {
  return {{"cpuTimeMs", limits.cpu_time.count()},
          {"wallTimeMs", limits.wall_time.count()},
          {"memoryBytes", limits.memory_bytes},
          {"processes", limits.processes},
          {"outputBytes", limits.output_bytes},
          {"diskBytes", limits.disk_bytes},
          {"files", limits.files}};
}

std::string encode_page(const std::vector<job::Job>& jobs, bool more) {
  json::array list;
  for (const job::Job& job : jobs) {
    json::object body;
    body["jobId"] = job.id.text();
    body["status"] = job::to_string(job.status);
    add_outcome(body, job.outcome, Outputs::left_out, Encoding::text);
    add_times(body, job);
    list.push_back(std::move(body));
  }
  json::object page;
  page["jobs"] = std::move(list);
  page["next"] = more && !jobs.empty() ? json::value(jobs.back().id.text()) : json::value(nullptr);
  return json::serialize(page);
}

std::string encode_job_id(const job::JobId& id) {
  return R"({"jobId":")" + id.text() + R"("})";
}

std::string encode_job_ids(const std::vector<job::JobId>& ids) {
  std::string body = R"({"jobs":[)";
  for (const job::JobId& id : ids) body.append(body.ends_with('}') ? "," : "").append(encode_job_id(id));
  return body + "]}";
}

std::string iso8601(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char buffer[64];
  const int length = std::snprintf(
      buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return std::string(buffer, static_cast<std::size_t>(length));
}

}  // namespace code_exec::api
