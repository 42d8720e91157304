// base/fake_clock.h - a Clock for tests: time stands still until advance() moves it, and whoever slept past
// the new time is woken on the event loop.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "base/clock.h"

namespace code_exec {

class FakeClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }

  Task<void> sleep_until(TimePoint when) override {
    if (when <= now_) co_return ok();
    auto executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor, net::steady_timer::time_point::max());
    auto place = sleepers_.emplace(when, &timer);
    boost::system::error_code error;
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, error));
    if (when > now_) {
      sleepers_.erase(place);
      co_return Error{Errc::cancelled, "the wait was cancelled", {}};
    }
    co_return ok();
  }

  void advance(std::chrono::milliseconds by) {
    now_ += by;
    while (!sleepers_.empty() && sleepers_.begin()->first <= now_) {
      sleepers_.begin()->second->cancel();
      sleepers_.erase(sleepers_.begin());
    }
  }

 private:
  TimePoint now_ = from_ms(1'700'000'000'000);
  std::multimap<TimePoint, net::steady_timer*> sleepers_;
};

}  // namespace code_exec
