#include "store/sqlite_codec.h"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <exception>

#include "store/tests_codec.h"

namespace code_exec::store {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

// Enough for a job without files or long arguments; more comes from the heap.
using Scratch = std::array<unsigned char, 2048>;

// Strings are written as the bytes they are, so reading must not insist on UTF-8.
json::value parse(std::string_view text, json::storage_ptr storage) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  return json::parse(text, std::move(storage), options);
}

void read_value(const json::value& value, std::string& into) {
  into = std::string_view(value.as_string());
}
void read_value(const json::value& value, bool& into) {
  into = value.as_bool();
}
void read_value(const json::value& value, milliseconds& into) {
  into = milliseconds(value.to_number<std::int64_t>());
}
template <class Number>
void read_value(const json::value& value, Number& into) {
  into = value.to_number<Number>();
}
template <class T>
void read_value(const json::value& value, std::optional<T>& into) {
  read_value(value, into.emplace());
}

template <class T>
void read(const json::object& object, std::string_view name, T& into) {
  if (const json::value* value = object.if_contains(name)) read_value(*value, into);
}

void write_limits(json::object& object, const job::Limits& limits) {
  object["cpu_time_ms"] = limits.cpu_time.count();
  object["wall_time_ms"] = limits.wall_time.count();
  object["memory_bytes"] = limits.memory_bytes;
  object["processes"] = limits.processes;
  object["output_bytes"] = limits.output_bytes;
  object["disk_bytes"] = limits.disk_bytes;
  object["files"] = limits.files;
}

void read_limits(const json::object& object, job::Limits& limits) {
  read(object, "cpu_time_ms", limits.cpu_time);
  read(object, "wall_time_ms", limits.wall_time);
  read(object, "memory_bytes", limits.memory_bytes);
  read(object, "processes", limits.processes);
  read(object, "output_bytes", limits.output_bytes);
  read(object, "disk_bytes", limits.disk_bytes);
  read(object, "files", limits.files);
}

void write_files(json::object& object, const std::vector<job::SourceFile>& files) {
  if (files.empty()) return;
  json::array& array = object["files"].emplace_array();
  for (const auto& file : files) {
    json::object& entry = array.emplace_back(json::object_kind).get_object();
    entry["name"] = file.name;
    entry["bytes"] = file.content.size();
  }
}

// Takes the files' part of `rest`. False: their sizes do not fit it.
bool read_files(const json::object& object, const std::optional<std::string_view>& contents,
                std::string_view& rest, std::vector<job::SourceFile>& files) {
  if (const json::value* array = object.if_contains("files")) {
    for (const json::value& entry : array->as_array()) {
      job::SourceFile& file = files.emplace_back();
      std::uint64_t size = 0;
      read(entry.as_object(), "name", file.name);
      read(entry.as_object(), "bytes", size);
      if (!contents) continue;
      if (size > rest.size()) return false;
      file.content = rest.substr(0, size);
      rest.remove_prefix(size);
    }
  }
  return true;
}

// What is left of the contents is the tests'.
bool read_tests(const json::object& object, const std::optional<std::string_view>& contents,
                std::string_view rest, job::Tests& tests) {
  if (const json::value* encoded = object.if_contains("tests")) {
    if (!decode_tests(encoded->as_object(), tests)) return false;
  }
  return !contents || split_inputs(rest, tests);
}

}  // namespace

std::string encode_submission(const job::Submission& submission) {
  Scratch scratch;
  json::monotonic_resource memory(scratch.data(), scratch.size());
  json::object object(&memory);
  write_limits(object["limits"].emplace_object(), submission.limits);
  if (!submission.args.empty()) {
    json::array& args = object["args"].emplace_array();
    for (const auto& arg : submission.args) args.emplace_back(arg);
  }
  write_files(object, submission.files);
  if (!submission.tests.cases.empty()) object["tests"] = encode_tests(submission.tests);
  if (submission.interactive) object["interactive"] = true;
  if (!submission.warm) object["warm"] = false;
  if (!submission.callback_url.empty()) object["callback_url"] = submission.callback_url;
  return json::serialize(object);
}

std::string join_contents(const job::Submission& submission) {
  std::string contents;
  std::size_t size = 0;
  for (const auto& file : submission.files) size += file.content.size();
  contents.reserve(size);
  for (const auto& file : submission.files) contents += file.content;
  return contents + join_inputs(submission.tests);
}

std::optional<job::Submission> decode_submission(std::string_view text,
                                                 std::optional<std::string_view> contents) try {
  Scratch scratch;
  json::monotonic_resource memory(scratch.data(), scratch.size());
  const json::value value = parse(text, &memory);
  const json::object& object = value.as_object();

  job::Submission submission;
  if (const json::value* limits = object.if_contains("limits"))
    read_limits(limits->as_object(), submission.limits);
  if (const json::value* args = object.if_contains("args")) {
    for (const json::value& arg : args->as_array()) read_value(arg, submission.args.emplace_back());
  }
  std::string_view rest = contents.value_or(std::string_view());
  if (!read_files(object, contents, rest, submission.files)) return std::nullopt;
  if (!read_tests(object, contents, rest, submission.tests)) return std::nullopt;
  read(object, "interactive", submission.interactive);
  read(object, "warm", submission.warm);
  read(object, "callback_url", submission.callback_url);
  return submission;
} catch (const std::exception&) {
  return std::nullopt;
}

std::string encode_outcome(const job::Outcome& outcome) {
  Scratch scratch;
  json::monotonic_resource memory(scratch.data(), scratch.size());
  json::object object(&memory);
  object["reason"] = job::to_string(outcome.reason);
  if (outcome.exit_code) object["exit_code"] = *outcome.exit_code;
  if (outcome.signal) object["signal"] = *outcome.signal;
  if (!outcome.message.empty()) object["message"] = outcome.message;
  object["truncated"] = outcome.truncated;
  object["cpu_time_ms"] = outcome.cpu_time.count();
  object["wall_time_ms"] = outcome.wall_time.count();
  object["memory_bytes"] = outcome.memory_bytes;
  if (!outcome.tests.empty()) object["tests"] = encode_results(outcome.tests);
  return json::serialize(object);
}

std::optional<job::Outcome> decode_outcome(std::string_view text) try {
  Scratch scratch;
  json::monotonic_resource memory(scratch.data(), scratch.size());
  const json::value value = parse(text, &memory);
  const json::object& object = value.as_object();

  job::Outcome outcome;
  auto reason = job::parse_reason(object.at("reason").as_string());
  if (!reason) return std::nullopt;
  outcome.reason = *reason;
  read(object, "exit_code", outcome.exit_code);
  read(object, "signal", outcome.signal);
  read(object, "message", outcome.message);
  read(object, "truncated", outcome.truncated);
  read(object, "cpu_time_ms", outcome.cpu_time);
  read(object, "wall_time_ms", outcome.wall_time);
  read(object, "memory_bytes", outcome.memory_bytes);
  if (const json::value* tests = object.if_contains("tests")) {
    if (!decode_results(tests->as_array(), outcome.tests)) return std::nullopt;
  }
  return outcome;
} catch (const std::exception&) {
  return std::nullopt;
}

std::string stdout_column(const job::Outcome& outcome) {
  return outcome.tests.empty() ? outcome.stdout_bytes : join_outputs(outcome.tests);
}

bool read_stdout_column(std::string bytes, job::Outcome& outcome) {
  if (!outcome.tests.empty()) return split_outputs(bytes, outcome.tests);
  outcome.stdout_bytes = std::move(bytes);
  return true;
}

}  // namespace code_exec::store
