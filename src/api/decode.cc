#include "api/decode.h"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <chrono>
#include <limits>

#include "api/json.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;
using service::SubmissionRequest;

constexpr std::uint32_t priority_max = (1U << 21) - 1;  // BullMQ's
constexpr std::size_t arena_bytes = 4096;               // an ordinary body needs no more

std::string indexed(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

Result<job::LimitsRequest> decode_limits(const json::value& value, std::string path) {
  ObjectReader reader(value, std::move(path));
  job::LimitsRequest limits;
  auto milliseconds = [&](std::string_view name, std::optional<std::chrono::milliseconds>& out) {
    if (auto number = reader.integer(name)) out = std::chrono::milliseconds(*number);
  };
  auto count = [&](std::string_view name, std::optional<std::uint32_t>& out) {
    if (auto number = reader.integer(name, std::numeric_limits<std::uint32_t>::max()))
      out = static_cast<std::uint32_t>(*number);
  };
  milliseconds("cpuTimeMs", limits.cpu_time);
  milliseconds("wallTimeMs", limits.wall_time);
  limits.memory_bytes = reader.integer("memoryBytes");
  count("processes", limits.processes);
  limits.output_bytes = reader.integer("outputBytes");
  limits.disk_bytes = reader.integer("diskBytes");
  count("files", limits.files);
  if (auto finished = reader.finish(); !finished) return finished.error();
  return limits;
}

Result<job::SourceFile> decode_file(const json::value& value, std::string path) {
  ObjectReader reader(value, std::move(path));
  job::SourceFile file;
  reader.required("name", file.name);
  reader.required("content", file.content);
  if (auto finished = reader.finish(); !finished) return finished.error();
  return file;
}

Result<job::TestCase> decode_test(const json::value& value, std::string path) {
  ObjectReader reader(value, std::move(path));
  job::TestCase test;
  reader.optional("stdin", test.stdin_bytes);
  reader.optional("args", test.args);
  reader.optional("expectedOutput", test.expected_output);
  if (auto finished = reader.finish(); !finished) return finished.error();
  return test;
}

// Rules are read also where there are no tests: a mistake in them is one.
Result<job::Tests> decode_tests(ObjectReader& reader) {
  job::Tests tests;
  if (const json::array* cases = reader.array("tests")) {
    if (cases->empty())
      return Error{Errc::invalid, "must have at least one element", reader.path_of("tests")};
    for (std::size_t i = 0; i < cases->size(); ++i) {
      auto test = decode_test((*cases)[i], indexed(reader.path_of("tests"), i));
      if (!test) return test.error();
      tests.cases.push_back(*std::move(test));
    }
  }
  std::optional<std::string> comparison;
  reader.optional("comparison", comparison);
  if (comparison) {
    const auto known = job::parse_comparison(*comparison);
    // That it is no string is the reader's error, and comes first.
    if (!known)
      reader.fail(
          {Errc::invalid, "must be exact, trailing-space, tokens or numeric", reader.path_of("comparison")});
    tests.comparison = known.value_or(tests.comparison);
  }
  if (auto tolerance = reader.number("tolerance")) tests.tolerance = *tolerance;
  reader.optional("stopAtFirstFailure", tests.stop_at_first_failure);
  return tests;
}

Result<SubmissionRequest> decode_job(const json::value& value, std::string path) {
  ObjectReader reader(value, std::move(path));
  SubmissionRequest request;
  reader.required("code", request.code);
  reader.optional("language", request.language);
  reader.optional("stdin", request.stdin_bytes);
  reader.optional("args", request.args);
  if (const json::array* files = reader.array("files")) {
    for (std::size_t i = 0; i < files->size(); ++i) {
      auto file = decode_file((*files)[i], indexed(reader.path_of("files"), i));
      if (!file) return file.error();
      request.files.push_back(*std::move(file));
    }
  }
  if (const json::value* asked = reader.object("limits")) {
    auto limits = decode_limits(*asked, reader.path_of("limits"));
    if (!limits) return limits.error();
    request.limits = *limits;
  }
  auto tests = decode_tests(reader);
  if (!tests) return tests.error();
  request.tests = *std::move(tests);
  reader.optional("interactive", request.interactive);
  reader.optional("warm", request.warm);
  if (auto priority = reader.integer("priority", priority_max))
    request.priority = static_cast<std::uint32_t>(*priority);
  reader.optional("callbackUrl", request.callback_url);
  if (auto finished = reader.finish(); !finished) return finished.error();
  return request;
}

}  // namespace

Result<SubmissionRequest> decode_submission(std::string_view body) {
  unsigned char memory[arena_bytes];
  json::monotonic_resource arena(memory, sizeof memory);
  auto value = parse_json(body, &arena);
  if (!value) return value.error();
  return decode_job(*value, {});
}

Result<std::vector<SubmissionRequest>> decode_batch(std::string_view body, std::size_t jobs_max) {
  json::monotonic_resource arena;
  auto value = parse_json(body, &arena);
  if (!value) return value.error();
  ObjectReader reader(*value, {});
  std::vector<SubmissionRequest> requests;
  const json::array* jobs = reader.array("jobs");
  if (!jobs) reader.fail({Errc::malformed, "is required", "jobs"});
  if (auto finished = reader.finish(); !finished) return finished.error();
  if (jobs->empty() || jobs->size() > jobs_max)
    return Error{Errc::invalid, "must have 1 to " + std::to_string(jobs_max) + " elements", "jobs"};
  for (std::size_t i = 0; i < jobs->size(); ++i) {
    auto request = decode_job((*jobs)[i], indexed("jobs", i));
    if (!request) return request.error();
    requests.push_back(*std::move(request));
  }
  return requests;
}

}  // namespace code_exec::api
