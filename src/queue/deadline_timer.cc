#include "queue/deadline_timer.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace code_exec::queue {
namespace {

// The wall clock may be set while we sleep, and a far deadline would overflow the timer's nanoseconds.
constexpr std::chrono::hours sleep_max(24);

}  // namespace

DeadlineTimer::DeadlineTimer(net::any_io_executor executor, Clock& clock, Settle settle)
    : executor_(executor), clock_(clock), settle_(std::move(settle)), group_(executor) {
  group_.spawn("queue deadline timer", run());
}

void DeadlineTimer::expect(TimePoint when) {
  if (when >= sleeps_until_) return;
  sleeps_until_ = when;
  interrupt_.emit(net::cancellation_type::terminal);
}

Task<void> DeadlineTimer::stop() {
  is_stopping_ = true;
  interrupt_.emit(net::cancellation_type::terminal);
  co_return co_await group_.join();
}

net::awaitable<void> DeadlineTimer::run() {
  while (!is_stopping_) {
    const TimePoint latest = clock_.now() + sleep_max;
    sleeps_until_ = std::min(settle_().value_or(latest), latest);
    // The sleep is a coroutine of its own because it is interrupted often, and a coroutine can be cancelled
    // only once. One cancelled before it began ends with an exception, here a value like its result: either
    // way we look again at what is due.
    auto token = net::bind_cancellation_slot(interrupt_.slot(), net::as_tuple(net::use_awaitable));
    auto sleep = clock_.sleep_until(sleeps_until_);
    co_await net::co_spawn(executor_, std::move(sleep), token);
  }
}

}  // namespace code_exec::queue
