#include "store/tests_codec.h"

#include <array>
#include <boost/json/value_to.hpp>
#include <optional>
#include <utility>

namespace code_exec::store {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::array<std::pair<job::Verdict, std::string_view>, 3> verdicts{
    {{job::Verdict::accepted, "accepted"},
     {job::Verdict::failed, "failed"},
     {job::Verdict::skipped, "skipped"}}};

constexpr std::size_t length_bytes = 8;  // little endian

void put(std::string& joined, std::string_view piece) {
  for (std::size_t i = 0; i < length_bytes; ++i)
    joined.push_back(static_cast<char>((piece.size() >> (8 * i)) & 0xff));
  joined += piece;
}

bool take(std::string_view& joined, std::string& piece) {
  if (joined.size() < length_bytes) return false;
  std::size_t size = 0;
  for (std::size_t i = 0; i < length_bytes; ++i)
    size |= static_cast<std::size_t>(static_cast<unsigned char>(joined[i])) << (8 * i);
  joined.remove_prefix(length_bytes);
  if (size > joined.size()) return false;
  piece = joined.substr(0, size);
  joined.remove_prefix(size);
  return true;
}

std::optional<int> number_or_none(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value ? std::optional(value->to_number<int>()) : std::nullopt;
}

}  // namespace

json::object encode_tests(const job::Tests& tests) {
  json::object object;
  object["comparison"] = job::to_string(tests.comparison);
  object["tolerance"] = tests.tolerance;
  object["stop_at_first_failure"] = tests.stop_at_first_failure;
  json::array& cases = object["cases"].emplace_array();
  for (const job::TestCase& test : tests.cases) {
    json::object& entry = cases.emplace_back(json::object_kind).get_object();
    if (!test.args.empty()) entry["args"] = json::array(test.args.begin(), test.args.end());
    entry["expects"] = test.expected_output.has_value();
  }
  return object;
}

bool decode_tests(const json::object& object, job::Tests& tests) {
  const auto comparison = job::parse_comparison(object.at("comparison").as_string());
  if (!comparison) return false;
  tests.comparison = *comparison;
  tests.tolerance = object.at("tolerance").to_number<double>();
  tests.stop_at_first_failure = object.at("stop_at_first_failure").as_bool();
  for (const json::value& entry : object.at("cases").as_array()) {
    job::TestCase& test = tests.cases.emplace_back();
    if (const json::value* args = entry.as_object().if_contains("args"))
      for (const json::value& arg : args->as_array())
        test.args.emplace_back(std::string_view(arg.as_string()));
    if (entry.at("expects").as_bool()) test.expected_output.emplace();
  }
  return true;
}

json::array encode_results(const std::vector<job::TestResult>& results) {
  json::array array;
  for (const job::TestResult& result : results) {
    json::object entry;
    for (const auto& [verdict, name] : verdicts)
      if (verdict == result.verdict) entry["verdict"] = name;
    entry["reason"] = job::to_string(result.reason);
    if (result.exit_code) entry["exit_code"] = *result.exit_code;
    if (result.signal) entry["signal"] = *result.signal;
    entry["truncated"] = result.truncated;
    entry["cpu_time_ms"] = result.cpu_time.count();
    entry["wall_time_ms"] = result.wall_time.count();
    entry["memory_bytes"] = result.memory_bytes;
    array.push_back(std::move(entry));
  }
  return array;
}

bool decode_results(const json::array& array, std::vector<job::TestResult>& results) {
  for (const json::value& entry : array) {
    const json::object& object = entry.as_object();
    job::TestResult& result = results.emplace_back();
    const auto reason = job::parse_reason(object.at("reason").as_string());
    if (!reason) return false;
    result.reason = *reason;
    bool known = false;
    for (const auto& [verdict, name] : verdicts) {
      if (name != std::string_view(object.at("verdict").as_string())) continue;
      result.verdict = verdict;
      known = true;
    }
    if (!known) return false;
    result.exit_code = number_or_none(object, "exit_code");
    result.signal = number_or_none(object, "signal");
    result.truncated = object.at("truncated").as_bool();
    result.cpu_time = milliseconds(object.at("cpu_time_ms").to_number<std::int64_t>());
    result.wall_time = milliseconds(object.at("wall_time_ms").to_number<std::int64_t>());
    result.memory_bytes = object.at("memory_bytes").to_number<std::uint64_t>();
  }
  return true;
}

std::string join_inputs(const job::Tests& tests) {
  std::string joined;
  for (const job::TestCase& test : tests.cases) {
    put(joined, test.stdin_bytes);
    if (test.expected_output) put(joined, *test.expected_output);
  }
  return joined;
}

bool split_inputs(std::string_view inputs, job::Tests& tests) {
  for (job::TestCase& test : tests.cases) {
    if (!take(inputs, test.stdin_bytes)) return false;
    if (test.expected_output && !take(inputs, *test.expected_output)) return false;
  }
  return inputs.empty();
}

std::string join_outputs(const std::vector<job::TestResult>& results) {
  std::string joined;
  for (const job::TestResult& result : results) {
    put(joined, result.stdout_bytes);
    put(joined, result.stderr_bytes);
  }
  return joined;
}

bool split_outputs(std::string_view outputs, std::vector<job::TestResult>& results) {
  for (job::TestResult& result : results)
    if (!take(outputs, result.stdout_bytes) || !take(outputs, result.stderr_bytes)) return false;
  return outputs.empty();
}

}  // namespace code_exec::store
