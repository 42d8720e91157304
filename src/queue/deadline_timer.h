// queue/deadline_timer.h - one coroutine that sleeps until the next of many deadlines.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "base/task_group.h"

namespace code_exec::queue {

class DeadlineTimer {
 public:
  // `settle` does all that is due and returns the next deadline. It is called on the event loop, first soon
  // after construction, then at each deadline.
  using Settle = std::function<std::optional<TimePoint>()>;
  DeadlineTimer(net::any_io_executor executor, Clock& clock, Settle settle);

  // There is a deadline at `when`. Cheap unless it is sooner than all before. A deadline that goes away
  // needs no call: `settle` then runs once for nothing.
  void expect(TimePoint when);
  // Await it before the destructor. May be called twice.
  Task<void> stop();

 private:
  net::awaitable<void> run();

  net::any_io_executor executor_;
  Clock& clock_;
  Settle settle_;
  TimePoint sleeps_until_ = TimePoint::max();
  bool is_stopping_ = false;
  net::cancellation_signal interrupt_;  // ends the sleep
  TaskGroup group_;
};

}  // namespace code_exec::queue
