#include "api/board_decode.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/json.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;

constexpr std::size_t concurrency_max = 1'000'000;

Error wrong(std::string field, std::string detail) {
  return Error{Errc::malformed, std::move(detail), std::move(field)};
}

// No body is an empty object.
Result<json::object> parse_object(std::string_view body) {
  if (body.empty()) return json::object();
  auto value = parse_json(body);
  if (!value) return value.error();
  if (!value->is_object()) return wrong("body", "must be a JSON object");
  return std::move(value->as_object());
}

Result<std::uint64_t> number_in(const json::object& object, std::string_view name, std::uint64_t max) {
  json::value only = json::object();
  if (const json::value* value = object.if_contains(name)) only.as_object()[name] = *value;
  ObjectReader reader(only, {});
  const auto number = reader.integer(name, max);
  if (auto finished = reader.finish(); !finished) return finished.error();
  if (!number) return wrong(std::string(name), "is required");
  return *number;
}

}  // namespace

Result<std::size_t> decode_board_concurrency(std::string_view body) {
  auto object = parse_object(body);
  if (!object) return object.error();
  return number_in(*object, "concurrency", concurrency_max);
}

Result<bool> decode_board_force(std::string_view body) {
  auto object = parse_object(body);
  if (!object) return object.error();
  const json::value* force = object->if_contains("force");
  if (!force) return false;
  if (!force->is_bool()) return wrong("force", "must be true or false");
  return force->as_bool();
}

Result<BoardJob> decode_board_job(std::string_view body) {
  auto object = parse_object(body);
  if (!object) return object.error();
  const json::value* name = object->if_contains("name");
  if (name && !name->is_string()) return wrong("name", "must be a string");
  json::value* data = object->if_contains("data");
  if (!data || !data->is_object()) return wrong("data", "must be an object");
  const json::value* options = object->if_contains("options");
  if (options && !options->is_object()) return wrong("options", "must be an object");

  json::object& submission = data->as_object();
  if (options) {
    const json::object& asked = options->as_object();
    if (asked.contains("delay") && !number_in(asked, "delay", 0))
      return wrong("options.delay", "jobs cannot be delayed");
    if (const json::value* priority = asked.if_contains("priority")) submission["priority"] = *priority;
  }
  BoardJob job;
  const json::value* id = submission.if_contains("jobId");
  if (id && !submission.contains("code")) {
    auto parsed = id->is_string() ? job::JobId::parse(std::string(id->get_string()))
                                  : Result<job::JobId>(wrong("data.jobId", "must be a string"));
    if (!parsed) return wrong("data.jobId", parsed.error().detail);
    job.copy_of = *std::move(parsed);
    return job;
  }
  submission.erase("jobId");
  auto decoded = decode_submission(json::serialize(submission));
  if (!decoded) return wrong("data." + decoded.error().field, decoded.error().detail);
  job.submission = *std::move(decoded);
  return job;
}

}  // namespace code_exec::api
