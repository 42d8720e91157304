// base/clock.h - time, as something that can be replaced: tests advance a FakeClock and never sleep.
// Time points are wall-clock (they are stored and shown); durations of runs are measured elsewhere with the
// monotonic clock.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/task.h"

namespace code_exec {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  // Returns at `when`, or early with Errc::cancelled when the waiting coroutine is cancelled. Call it on the
  // event loop.
  virtual Task<void> sleep_until(TimePoint when) = 0;
};

// The real clock. Lives as long as the process.
Clock& system_clock();

inline std::int64_t to_ms(TimePoint t) {
  return t.time_since_epoch().count();
}
inline TimePoint from_ms(std::int64_t ms) {
  return TimePoint(std::chrono::milliseconds(ms));
}

}  // namespace code_exec
