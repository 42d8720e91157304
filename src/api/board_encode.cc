#include "api/board_encode.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "api/encode.h"
#include "base/log.h"
#include "base/text.h"
#include "service/service.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;
using job::Job;
using queue::Entry;

std::string error_key(std::string_view key) {
  return "ERRORS." + std::string(key);
}

json::value text(std::string_view bytes) {
  return is_utf8(bytes) ? json::value(json::string_view(bytes.data(), bytes.size()))
                        : json::value(to_utf8(bytes));
}

json::value parsed_or_text(const std::string& value) {
  if (value.empty()) return nullptr;
  json::error_code error;
  json::value parsed = json::parse(value, error);
  return error ? text(value) : parsed;
}

json::object encode_options(const queue::EntryOptions& options) {
  json::object encoded{
      {"attempts", options.attempts_max},
      {"backoff",
       {{"type", options.backoff.type == queue::Backoff::Type::fixed ? "fixed" : "exponential"},
        {"delay", options.backoff.delay.count()}}}};
  if (options.priority > 0) encoded["priority"] = options.priority;
  if (options.delay.count() > 0) encoded["delay"] = options.delay.count();
  return encoded;
}

std::size_t bytes_of(const job::Submission& submission) {
  std::size_t bytes = submission.code.size() + submission.stdin_bytes.size();
  auto add = [&bytes](const std::vector<std::string>& texts) {
    for (const std::string& each : texts) bytes += each.size();
  };
  add(submission.args);
  for (const job::SourceFile& file : submission.files) bytes += file.name.size() + file.content.size();
  for (const job::TestCase& test : submission.tests.cases) {
    bytes += test.stdin_bytes.size() + test.expected_output.value_or("").size();
    add(test.args);
  }
  return bytes;
}

std::size_t bytes_of(const job::Outcome& outcome) {
  std::size_t bytes =
      outcome.stdout_bytes.size() + outcome.stderr_bytes.size() + outcome.compile_output.size();
  for (const job::TestResult& test : outcome.tests)
    bytes += test.stdout_bytes.size() + test.stderr_bytes.size();
  return bytes;
}

void add_tests(json::object& data, const job::Tests& tests) {
  if (tests.cases.empty()) return;
  json::array& cases = data["tests"].emplace_array();
  for (const job::TestCase& test : tests.cases) {
    json::array args;
    for (const std::string& argument : test.args) args.push_back(text(argument));
    json::object encoded{{"stdin", text(test.stdin_bytes)}, {"args", std::move(args)}};
    if (test.expected_output) encoded["expectedOutput"] = text(*test.expected_output);
    cases.push_back(std::move(encoded));
  }
  data["comparison"] = job::to_string(tests.comparison);
  data["tolerance"] = tests.tolerance;
  data["stopAtFirstFailure"] = tests.stop_at_first_failure;
}

json::object encode_result(const Job& job, Sources sources) {
  json::object result = to_json(job, Encoding::text);
  if (sources == Sources::shown && bytes_of(*job.outcome) <= board_bytes_max) return result;
  for (const char* output : {"result", "stdout", "stderr", "compileOutput", "tests"}) result.erase(output);
  return result;
}

// Of a job whose entry is gone.
json::object encode_record(const Job& job, std::string_view job_name) {
  json::object record{
      {"id", job.id.text()},    {"name", job_name},       {"timestamp", to_ms(job.created_at)},
      {"progress", 0},          {"attempts", job.runs},   {"stacktrace", json::array()},
      {"opts", json::object()}, {"returnValue", nullptr}, {"isFailed", job.status == job::Status::failed}};
  if (job.submission.priority > 0) record["priority"] = job.submission.priority;
  if (job.started_at) record["processedOn"] = to_ms(*job.started_at);
  if (job.finished_at) record["finishedOn"] = to_ms(*job.finished_at);
  return record;
}

// One line of a log. The UI finds the level at its beginning.
struct Line {
  TimePoint at;
  std::string_view level;
  std::string what;
};

Line ended(const Job& job) {
  const job::Outcome& outcome = *job.outcome;
  if (outcome.status == job::Status::completed) return {*job.finished_at, "info", "job completed"};
  std::string what = "job failed: " + std::string(job::to_string(outcome.reason));
  if (!outcome.message.empty()) what += ": " + to_utf8(outcome.message);
  const bool is_ours = outcome.reason == job::Reason::internal_error;
  return {*job.finished_at, is_ours ? "error" : "warn", std::move(what)};
}

// "used_memory:1024\r\n"
std::string_view info_of(std::string_view info, std::string_view name) {
  while (!info.empty()) {
    std::string_view line = info.substr(0, info.find('\n'));
    info.remove_prefix(std::min(line.size() + 1, info.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':')
      return line.substr(name.size() + 1);
  }
  return {};
}

template <class Number>
Number number_of(std::string_view info, std::string_view name) {
  const std::string_view value = info_of(info, name);
  Number number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

}  // namespace

http::Response board_answer(const json::value& body) {
  http::Response response;
  response.body = json::serialize(body);
  return response;
}

http::Response board_done() {
  http::Response response;
  response.status = 204;
  return response;
}

http::Response board_error(int status, std::string_view key, json::object options, json::value message) {
  json::object error{{"key", error_key(key)}};
  if (message.is_object()) message.as_object()["options"] = options;
  if (!options.empty()) error["options"] = std::move(options);
  json::object body{{"error", std::move(error)}};
  if (!message.is_null()) body["message"] = std::move(message);
  http::Response response = board_answer(body);
  response.status = status;
  return response;
}

http::Response board_invalid(std::string_view key, std::string_view field, std::string_view message) {
  json::object error{{"key", error_key(key)}, {"options", {{"field", text(field)}}}};
  json::object body{{"error", std::move(error)}, {"code", "INVALID_REQUEST"}};
  if (!message.empty()) body["message"] = text(message);
  http::Response response = board_answer(body);
  response.status = 400;
  return response;
}

http::Response board_failure(const Error& error) {
  switch (error.code) {
    case Errc::not_found:
      return board_error(404, "JOB_NOT_FOUND");
    case Errc::conflict:
      return board_error(409, "INTERNAL_SERVER_ERROR", {}, text(error.detail));
    case Errc::full:
    case Errc::unavailable:
    case Errc::timeout:
      return board_error(503, "INTERNAL_SERVER_ERROR", {}, text(error.detail));
    default:
      log::error("board request failed error={}", log::quoted(error.detail));
      return board_error(500, "INTERNAL_SERVER_ERROR");
  }
}

json::object encode_board_data(const job::JobId& id, const Job* job, Sources sources) {
  json::object data{{"jobId", id.text()}};
  if (!job) return data;
  const job::Submission& submission = job->submission;
  const bool shown = sources == Sources::shown && bytes_of(submission) <= board_bytes_max;
  if (shown) {
    for (auto& [name, value] : to_json(submission, Encoding::text)) data[name] = value;
    add_tests(data, submission.tests);
  } else {
    data["language"] = text(submission.language);
    data["limits"] = to_json(submission.limits);
  }
  if (submission.interactive) data["interactive"] = true;
  data["warm"] = submission.warm;
  if (submission.priority > 0) data["priority"] = submission.priority;
  return data;
}

json::object encode_entry(const Entry& entry, std::string_view job_name) {
  json::array stacktrace;
  for (auto line = entry.stacktrace.rbegin(); line != entry.stacktrace.rend(); ++line)
    if (!line->empty()) stacktrace.push_back(text(*line));
  json::object encoded{{"id", entry.id.text()},
                       {"name", job_name},
                       {"timestamp", to_ms(entry.added_at)},
                       {"progress", 0},
                       {"attempts", entry.attempts_made},
                       {"opts", encode_options(entry.options)},
                       {"data", encode_board_data(entry.id, nullptr, Sources::hidden)},
                       {"returnValue", parsed_or_text(entry.return_value)},
                       {"isFailed", !entry.failed_reason.empty() || !stacktrace.empty()}};
  encoded["stacktrace"] = std::move(stacktrace);
  if (entry.processed_at) encoded["processedOn"] = to_ms(*entry.processed_at);
  if (entry.finished_at) encoded["finishedOn"] = to_ms(*entry.finished_at);
  if (!entry.worker.empty()) encoded["processedBy"] = text(entry.worker);
  if (!entry.failed_reason.empty()) encoded["failedReason"] = text(entry.failed_reason);
  // The UI adds it to the time of adding, so this shows when it is due, which may follow from a backoff.
  if (entry.due_at) encoded["delay"] = (*entry.due_at - entry.added_at).count();
  if (entry.options.priority > 0) encoded["priority"] = entry.options.priority;
  if (entry.stalled_count > 0) encoded["stalledCounter"] = entry.stalled_count;
  return encoded;
}

json::object encode_entry_page(const Entry* entry, const Job* job, std::string_view job_name,
                               Sources sources) {
  json::object page = entry ? encode_entry(*entry, job_name) : encode_record(*job, job_name);
  page["data"] = encode_board_data(entry ? entry->id : job->id, job, sources);
  const bool handed_on = entry && entry->return_value == service::saved_value;
  if (job && job->outcome && !handed_on) page["returnValue"] = encode_result(*job, sources);
  return page;
}

std::string_view board_state(const Entry* entry, const Job* job) {
  if (entry) return queue::to_string(entry->state);
  return job::is_final(job->status) ? job::to_string(job->status) : "unknown";
}

std::vector<std::string> board_logs(const Entry* entry, const Job* job) {
  std::vector<Line> lines;
  if (job) lines.push_back({job->created_at, "info", "job submitted"});
  if (entry) {
    lines.push_back({entry->added_at, "info", "added to the queue"});
    const std::string worker = entry->worker.empty() ? "" : " by " + to_utf8(entry->worker);
    if (entry->processed_at) lines.push_back({*entry->processed_at, "info", "taken" + worker});
    const std::string state(queue::to_string(entry->state));
    if (entry->finished_at) lines.push_back({*entry->finished_at, "info", "ended in the queue as " + state});
  }
  if (job && job->started_at)
    lines.push_back({*job->started_at, "info", "run " + std::to_string(job->runs) + " began"});
  if (job && job->outcome && job->finished_at) lines.push_back(ended(*job));
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.at < b.at; });
  std::vector<std::string> texts;
  for (const Line& line : lines)
    texts.push_back(std::string(line.level) + ": " + iso8601(line.at) + " " + line.what);
  return texts;
}

json::object encode_server(std::string_view info) {
  using Count = std::uint64_t;
  const Count bound = number_of<Count>(info, "maxmemory");
  return {{"backend", "redis"},
          {"version", info_of(info, "redis_version")},
          {"mode", info_of(info, "redis_mode")},
          {"port", number_of<Count>(info, "tcp_port")},
          {"os", info_of(info, "os")},
          {"uptime", number_of<Count>(info, "uptime_in_seconds")},
          {"memory",
           {{"total", bound > 0 ? bound : number_of<Count>(info, "total_system_memory")},
            {"used", number_of<Count>(info, "used_memory")},
            {"fragmentationRatio", number_of<double>(info, "mem_fragmentation_ratio")},
            {"peak", number_of<Count>(info, "used_memory_peak")}}},
          {"clients",
           {{"connected", number_of<Count>(info, "connected_clients")},
            {"blocked", number_of<Count>(info, "blocked_clients")}}}};
}

}  // namespace code_exec::api
