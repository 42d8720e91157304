// base/backoff.h - pausing between attempts at something that is not there now.
#pragma once

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>

#include "base/clock.h"
#include "base/task.h"

namespace code_exec {

// Delays that double from `first` up to `longest`.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(first), longest_(longest), next_(first) {}
  std::chrono::milliseconds next() {
    const auto delay = next_;
    next_ = std::min(next_ * 2, longest_);
    return delay;
  }
  void reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds next_;
};

// A background task that must not be torn out of the middle of its work hears cancellation only where it
// waits for something to do: it starts with `co_await ignore_cancellation();`. What comes while it is ignored
// is forgotten, so such a task also tests a flag of its owner before each wait.
inline auto ignore_cancellation() {
  return net::this_coro::reset_cancellation_state(net::disable_cancellation());
}
inline auto hear_cancellation() {
  return net::this_coro::reset_cancellation_state(net::enable_terminal_cancellation());
}

// For such a task: as Clock::sleep_until(now + delay), hearing cancellation (Errc::cancelled); it is ignored
// again on return.
Task<void> pause(Clock& clock, std::chrono::milliseconds delay);

}  // namespace code_exec
