// base/clock.h - time, as something that can be replaced: tests advance a FakeClock and never sleep.
// Time points are wall-clock (they are stored and shown); durations of runs are measured elsewhere with the
// monotonic clock.
#pragma once

#include "base/task.h"
#include "base/time.h"

namespace code_exec {

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

}  // namespace code_exec
