#include "queue/queue.h"

#include <algorithm>

namespace code_exec::queue {
namespace {

Error invalid(std::string field, std::string detail) {
  return Error{Errc::invalid, std::move(detail), std::move(field)};
}

bool is_delay(std::chrono::milliseconds value) {
  return value.count() >= 0 && value <= delay_max;
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::waiting:
      return "waiting";
    case State::prioritized:
      return "prioritized";
    case State::active:
      return "active";
    case State::delayed:
      return "delayed";
    case State::completed:
      return "completed";
    case State::failed:
      return "failed";
  }
  return "unknown";
}

std::optional<State> parse_state(std::string_view text) {
  const auto* found =
      std::find_if(states.begin(), states.end(), [&](State s) { return to_string(s) == text; });
  if (found == states.end()) return std::nullopt;
  return *found;
}

Result<void> check(const EntryOptions& options) {
  const std::string delay_bound = "must be from 0 to " + std::to_string(delay_max.count());
  if (options.priority > priority_max)
    return invalid("priority", "must be from 0 to " + std::to_string(priority_max));
  if (!is_delay(options.delay)) return invalid("delay", delay_bound);
  if (options.attempts_max < 0) return invalid("attempts", "must not be negative");
  if (!is_delay(options.backoff.delay)) return invalid("backoff.delay", delay_bound);
  return ok();
}

std::chrono::milliseconds delay_after(const Backoff& backoff, int attempts_made) {
  std::chrono::milliseconds delay = backoff.delay;
  if (backoff.type == Backoff::Type::fixed || delay.count() <= 0) return delay;
  for (int attempt = 1; attempt < attempts_made && delay < delay_max; ++attempt) delay *= 2;
  return std::min(delay, delay_max);
}

}  // namespace code_exec::queue
