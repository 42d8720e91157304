#include "job/outcome.h"

#include <array>
#include <utility>

namespace code_exec::job {
namespace {

constexpr std::array<std::pair<Status, std::string_view>, 4> statuses{{
    {Status::pending, "pending"},
    {Status::running, "running"},
    {Status::completed, "completed"},
    {Status::failed, "failed"},
}};

constexpr std::array<std::pair<Reason, std::string_view>, 11> reasons{{
    {Reason::none, ""},
    {Reason::runtime_error, "runtime_error"},
    {Reason::signal, "signal"},
    {Reason::wrong_answer, "wrong_answer"},
    {Reason::time_limit, "time_limit"},
    {Reason::wall_time_limit, "wall_time_limit"},
    {Reason::memory_limit, "memory_limit"},
    {Reason::output_limit, "output_limit"},
    {Reason::compile_error, "compile_error"},
    {Reason::cancelled, "cancelled"},
    {Reason::internal_error, "internal_error"},
}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& [key, name] : table)
    if (key == value) return name;
  return {};
}

template <class Value, class Table>
std::optional<Value> value_in(const Table& table, std::string_view text) {
  for (const auto& [key, name] : table)
    if (name == text) return key;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Status status) {
  return name_in(statuses, status);
}
std::string_view to_string(Reason reason) {
  return name_in(reasons, reason);
}
std::optional<Status> parse_status(std::string_view text) {
  return value_in<Status>(statuses, text);
}
std::optional<Reason> parse_reason(std::string_view text) {
  return value_in<Reason>(reasons, text);
}

}  // namespace code_exec::job
