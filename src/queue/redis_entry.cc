#include "queue/redis_entry.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

namespace code_exec::queue {
namespace {

namespace json = boost::json;

// A flat list of names and values.
std::string_view field(const redis::Reply& fields, std::string_view name) {
  for (std::size_t i = 0; i + 1 < fields.items.size(); i += 2)
    if (fields.items[i].text == name) return fields.items[i + 1].text;
  return {};
}

std::int64_t to_number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<TimePoint> to_time(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return from_ms(to_number(text));
}

json::value parse(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  return error ? json::value() : value;
}

std::int64_t number_of(const json::object& object, std::string_view name, std::int64_t otherwise) {
  const json::value* value = object.if_contains(name);
  if (!value || !value->is_number()) return otherwise;
  boost::system::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  return error ? otherwise : number;
}

Backoff decode_backoff(const json::value& value) {
  Backoff backoff{.type = Backoff::Type::fixed, .delay = std::chrono::milliseconds(0)};
  if (value.is_number()) {
    boost::system::error_code error;
    const auto delay = value.to_number<std::int64_t>(error);
    if (!error) backoff.delay = std::chrono::milliseconds(delay);
  } else if (const json::object* object = value.if_object()) {
    backoff.delay = std::chrono::milliseconds(number_of(*object, "delay", 0));
    const json::value* type = object->if_contains("type");
    if (type && type->is_string() && type->get_string() == "exponential")
      backoff.type = Backoff::Type::exponential;
  }
  return backoff;
}

EntryOptions decode_options(std::string_view text) {
  EntryOptions options;
  const json::value value = parse(text);
  const json::object* object = value.if_object();
  if (!object) return options;
  options.attempts_max = static_cast<int>(std::max<std::int64_t>(1, number_of(*object, "attempts", 1)));
  options.priority = static_cast<std::uint32_t>(number_of(*object, "priority", 0));
  options.delay = std::chrono::milliseconds(number_of(*object, "delay", 0));
  if (const json::value* backoff = object->if_contains("backoff")) options.backoff = decode_backoff(*backoff);
  return options;
}

std::vector<std::string> decode_lines(std::string_view text) {
  std::vector<std::string> lines;
  const json::value value = parse(text);
  if (const json::array* array = value.if_array())
    for (const json::value& line : *array)
      if (line.is_string()) lines.emplace_back(line.get_string());
  return lines;
}

std::optional<Event::Type> parse_event(std::string_view name) {
  using Type = Event::Type;
  static const std::map<std::string_view, Type> types{
      {"added", Type::added},         {"waiting", Type::waiting}, {"active", Type::active},
      {"completed", Type::completed}, {"failed", Type::failed},   {"delayed", Type::delayed},
      {"stalled", Type::stalled},     {"removed", Type::removed}, {"drained", Type::drained},
      {"paused", Type::paused},       {"resumed", Type::resumed}};
  const auto found = types.find(name);
  return found == types.end() ? std::nullopt : std::optional(found->second);
}

constexpr std::string_view worker_mark = ":w:";

// "id=7 addr=127.0.0.1:50000 ... name= age=3 ...": of one connection.
std::string_view client_field(std::string_view line, std::string_view name) {
  while (!line.empty()) {
    const std::string_view pair = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(pair.size() + 1, line.size()));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return pair.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

std::string encode_options(const EntryOptions& options) {
  json::object object{{"attempts", options.attempts_max}};
  if (options.priority > 0) object["priority"] = options.priority;
  if (options.delay.count() > 0) object["delay"] = options.delay.count();
  object["backoff"] =
      json::object{{"type", options.backoff.type == Backoff::Type::fixed ? "fixed" : "exponential"},
                   {"delay", options.backoff.delay.count()}};
  return json::serialize(object);
}

Entry decode_entry(job::JobId id, State state, const redis::Reply& fields,
                   const redis::Reply& delayed_score) {
  Entry entry{.id = std::move(id), .options = decode_options(field(fields, "opts")), .state = state};
  entry.attempts_made = static_cast<int>(to_number(field(fields, "atm")));
  entry.stalled_count = static_cast<int>(to_number(field(fields, "stc")));
  entry.added_at = from_ms(to_number(field(fields, "timestamp")));
  entry.processed_at = to_time(field(fields, "processedOn"));
  entry.finished_at = to_time(field(fields, "finishedOn"));
  if (!delayed_score.text.empty()) entry.due_at = from_ms(to_number(delayed_score.text) / 4096);
  entry.worker = field(fields, "pb");
  entry.failed_reason = field(fields, "failedReason");
  entry.stacktrace = decode_lines(field(fields, "stacktrace"));
  entry.return_value = field(fields, "returnvalue");
  return entry;
}

std::optional<Event> decode_event(const redis::Reply& fields) {
  const auto type = parse_event(field(fields, "event"));
  if (!type) return std::nullopt;
  Event event{*type, {}};
  const std::string_view id = field(fields, "jobId");
  if (id.empty()) return event;
  auto parsed = job::JobId::parse(id);
  if (!parsed) return std::nullopt;
  event.id = std::move(*parsed);
  if (*type == Event::Type::completed) event.return_value = field(fields, "returnvalue");
  return event;
}

std::size_t decode_count(std::string_view text) {
  return static_cast<std::size_t>(std::max<std::int64_t>(to_number(text), 0));
}

std::string worker_client_name(std::string queue_name, std::string_view worker) {
  // What else Redis would refuse in a name.
  const bool fits = std::all_of(worker.begin(), worker.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (fits && !worker.empty()) queue_name.append(worker_mark).append(worker);
  return queue_name;
}

std::vector<WorkerInfo> decode_workers(std::string_view clients, std::string_view queue_name) {
  std::vector<WorkerInfo> workers;
  while (!clients.empty()) {
    const std::string_view line = clients.substr(0, clients.find('\n'));
    clients.remove_prefix(std::min(line.size() + 1, clients.size()));
    std::string_view name = client_field(line, "name");
    if (!name.starts_with(queue_name)) continue;
    name.remove_prefix(queue_name.size());
    if (!name.empty() && !name.starts_with(worker_mark)) continue;
    name.remove_prefix(std::min(worker_mark.size(), name.size()));
    workers.push_back(WorkerInfo{.id = std::string(client_field(line, "id")),
                                 .name = std::string(name),
                                 .address = std::string(client_field(line, "addr")),
                                 .age = std::chrono::seconds(to_number(client_field(line, "age")))});
  }
  return workers;
}

}  // namespace code_exec::queue
