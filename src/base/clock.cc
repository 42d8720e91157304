#include "base/clock.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace code_exec {
namespace {

class SystemClock final : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  // The wait itself is monotonic, so a step of the wall clock neither fires nor delays it.
  Task<void> sleep_until(TimePoint when) override {
    auto executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor, when - now());
    boost::system::error_code error;
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, error));
    if (error) co_return Error{Errc::cancelled, "the wait was cancelled", {}};
    co_return ok();
  }
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace code_exec
