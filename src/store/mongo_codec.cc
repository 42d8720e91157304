#include "store/mongo_codec.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <exception>

#include "store/tests_codec.h"

namespace code_exec::store {
namespace {

using mongo::Document;
using mongo::View;
using std::chrono::milliseconds;

Document encode_limits(const job::Limits& limits) {
  Document document;
  document.integer("cpuTimeMs", limits.cpu_time.count())
      .integer("wallTimeMs", limits.wall_time.count())
      .integer("memoryBytes", static_cast<std::int64_t>(limits.memory_bytes))
      .integer("processes", limits.processes)
      .integer("outputBytes", static_cast<std::int64_t>(limits.output_bytes))
      .integer("diskBytes", static_cast<std::int64_t>(limits.disk_bytes))
      .integer("files", limits.files);
  return document;
}

void read(const View& document, const char* name, std::string& into) {
  if (const auto text = document.text(name)) into = *text;
}
void read(const View& document, const char* name, bool& into) {
  into = document.boolean(name).value_or(into);
}
void read(const View& document, const char* name, milliseconds& into) {
  if (const auto value = document.integer(name)) into = milliseconds(*value);
}
template <class Number>
void read(const View& document, const char* name, Number& into) {
  if (const auto value = document.integer(name)) into = static_cast<Number>(*value);
}
template <class Number>
void read(const View& document, const char* name, std::optional<Number>& into) {
  if (const auto value = document.integer(name)) into = static_cast<Number>(*value);
}

void decode_limits(const View& document, job::Limits& limits) {
  read(document, "cpuTimeMs", limits.cpu_time);
  read(document, "wallTimeMs", limits.wall_time);
  read(document, "memoryBytes", limits.memory_bytes);
  read(document, "processes", limits.processes);
  read(document, "outputBytes", limits.output_bytes);
  read(document, "diskBytes", limits.disk_bytes);
  read(document, "files", limits.files);
}

// JSON that encode_tests() or encode_results() made.
template <class Decode>
bool decode_json(std::string_view text, Decode decode) try {
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;  // of arguments
  return decode(boost::json::parse(text, {}, options));
} catch (const std::exception&) {
  return false;
}

bool decode_submission(const View& document, job::Submission& submission) {
  const auto args = document.texts("args");
  const auto files = document.texts("files");
  const auto limits = document.document("limits");
  if (!args || !files || !limits) return false;
  submission.args.assign(args->begin(), args->end());
  for (const std::string_view name : *files) submission.files.push_back({std::string(name), ""});
  decode_limits(*limits, submission.limits);
  if (const auto tests = document.text("tests")) {
    auto decode = [&](const boost::json::value& json) {
      return decode_tests(json.as_object(), submission.tests);
    };
    if (!decode_json(*tests, decode)) return false;
  }
  read(document, "interactive", submission.interactive);
  read(document, "warm", submission.warm);
  read(document, "callbackUrl", submission.callback_url);
  return true;
}

std::optional<job::Outcome> decode_outcome(const View& document, job::Status status) {
  const auto reason = job::parse_reason(document.text("reason").value_or(""));
  if (!reason) return std::nullopt;
  job::Outcome outcome{.status = status, .reason = *reason};
  read(document, "exitCode", outcome.exit_code);
  read(document, "signal", outcome.signal);
  read(document, "message", outcome.message);
  read(document, "truncated", outcome.truncated);
  read(document, "cpuTimeMs", outcome.cpu_time);
  read(document, "wallTimeMs", outcome.wall_time);
  read(document, "memoryBytes", outcome.memory_bytes);
  if (const auto tests = document.text("tests")) {
    auto decode = [&](const boost::json::value& json) {
      return decode_results(json.as_array(), outcome.tests);
    };
    if (!decode_json(*tests, decode)) return std::nullopt;
  }
  return outcome;
}

}  // namespace

Document encode_job(const job::Job& job) {
  std::vector<std::string> files;
  for (const job::SourceFile& file : job.submission.files) files.push_back(file.name);
  Document submission;
  submission.texts("args", job.submission.args)
      .texts("files", files)
      .document("limits", encode_limits(job.submission.limits))
      .boolean("warm", job.submission.warm);
  if (job.submission.interactive) submission.boolean("interactive", true);
  if (!job.submission.tests.cases.empty())
    submission.text("tests", boost::json::serialize(encode_tests(job.submission.tests)));
  if (!job.submission.callback_url.empty()) submission.text("callbackUrl", job.submission.callback_url);

  Document document;
  document.text("_id", job.id.text())
      .text("status", job::to_string(job.status))
      .integer("runs", job.runs)
      .text("language", job.submission.language)
      .integer("priority", job.submission.priority)
      .date("createdAt", job.created_at)
      .document("submission", submission);
  return document;
}

Document encode_input(const job::Submission& submission) {
  std::vector<std::string> contents;
  for (const job::SourceFile& file : submission.files) contents.push_back(file.content);
  Document document;
  document.text("code", submission.code).text("stdin", submission.stdin_bytes).texts("files", contents);
  if (!submission.tests.cases.empty()) document.binary("tests", join_inputs(submission.tests));
  return document;
}

Document encode_outcome_document(const job::Outcome& outcome) {
  Document document;
  document.text("reason", job::to_string(outcome.reason));
  if (outcome.exit_code) document.integer("exitCode", *outcome.exit_code);
  if (outcome.signal) document.integer("signal", *outcome.signal);
  document.text("message", outcome.message)
      .boolean("truncated", outcome.truncated)
      .integer("cpuTimeMs", outcome.cpu_time.count())
      .integer("wallTimeMs", outcome.wall_time.count())
      .integer("memoryBytes", static_cast<std::int64_t>(outcome.memory_bytes));
  if (!outcome.tests.empty()) document.text("tests", boost::json::serialize(encode_results(outcome.tests)));
  return document;
}

Document encode_output(const job::Outcome& outcome) {
  Document document;
  document.text("stdout", outcome.stdout_bytes)
      .text("stderr", outcome.stderr_bytes)
      .text("compileOutput", outcome.compile_output);
  if (!outcome.tests.empty()) document.binary("tests", join_outputs(outcome.tests));
  return document;
}

Document encode_callback(std::string_view id, const DueCallback& callback) {
  Document document;
  document.text("_id", id)
      .text("job", callback.id.text())
      .text("url", callback.url)
      .integer("attempts", callback.attempts)
      .date("dueAt", callback.leased_until);
  return document;
}

Document callback_due(TimePoint at) {
  Document set;
  set.date("dueAt", at);
  Document update;
  update.document("$set", set);
  return update;
}

std::optional<job::Job> decode_job(const View& document) {
  auto id = job::JobId::parse(document.text("_id").value_or(""));
  const auto status = job::parse_status(document.text("status").value_or(""));
  const auto created_at = document.date("createdAt");
  const auto submission = document.document("submission");
  if (!id || !status || !created_at || !submission) return std::nullopt;

  job::Job job{.id = *std::move(id), .status = *status};
  job.created_at = *created_at;
  job.started_at = document.date("startedAt");
  job.finished_at = document.date("finishedAt");
  if (!decode_submission(*submission, job.submission)) return std::nullopt;
  read(document, "runs", job.runs);
  read(document, "language", job.submission.language);
  read(document, "priority", job.submission.priority);
  if (const auto input = document.document("input")) {
    if (!decode_input(*input, job.submission)) return std::nullopt;
  }
  if (job::is_final(*status) && !decode_result(document, job)) return std::nullopt;
  return job;
}

bool decode_result(const View& document, job::Job& job) {
  const auto status = job::parse_status(document.text("status").value_or(""));
  const auto outcome = document.document("outcome");
  if (!status || !outcome) return false;
  job.status = *status;
  job.finished_at = document.date("finishedAt");
  job.outcome = decode_outcome(*outcome, *status);
  if (!job.outcome) return false;
  const auto output = document.document("output");
  return !output || decode_output(*output, *job.outcome);
}

bool decode_input(const View& input, job::Submission& submission) {
  const auto contents = input.texts("files");
  if (!contents || contents->size() != submission.files.size()) return false;
  for (std::size_t i = 0; i < contents->size(); ++i) submission.files[i].content = (*contents)[i];
  read(input, "code", submission.code);
  read(input, "stdin", submission.stdin_bytes);
  return split_inputs(input.text("tests").value_or(""), submission.tests);
}

bool decode_output(const View& output, job::Outcome& outcome) {
  read(output, "stdout", outcome.stdout_bytes);
  read(output, "stderr", outcome.stderr_bytes);
  read(output, "compileOutput", outcome.compile_output);
  return split_outputs(output.text("tests").value_or(""), outcome.tests);
}

}  // namespace code_exec::store
