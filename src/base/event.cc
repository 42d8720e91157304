#include "base/event.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace code_exec {

// Lives in the frame of the waiting coroutine and is linked into the notifier's list while it waits.
struct Notifier::Waiter {
  Waiter(Notifier& owner, net::steady_timer::time_point deadline)
      : notifier(owner), timer(owner.executor_, deadline), next(owner.waiters_) {
    if (next) next->previous = this;
    owner.waiters_ = this;
  }
  ~Waiter() { unlink(); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  void unlink() {
    if (!linked) return;
    linked = false;
    (previous ? previous->next : notifier.waiters_) = next;
    if (next) next->previous = previous;
  }

  Notifier& notifier;
  net::steady_timer timer;
  Waiter* next;
  Waiter* previous = nullptr;
  bool linked = true;
  bool notified = false;
};

Notifier::Notifier(net::any_io_executor executor) : executor_(std::move(executor)) {}

void Notifier::notify() {
  while (waiters_) {
    Waiter& waiter = *waiters_;
    waiter.unlink();
    waiter.notified = true;
    waiter.timer.cancel();
  }
}

Task<void> Notifier::wait() {
  return wait_until(net::steady_timer::time_point::max());
}

Task<void> Notifier::wait_until(std::chrono::steady_clock::time_point deadline) {
  Waiter waiter(*this, deadline);
  boost::system::error_code error;
  co_await waiter.timer.async_wait(net::redirect_error(net::use_awaitable, error));
  if (waiter.notified) co_return ok();
  if (error) co_return Error{Errc::cancelled, "the wait was cancelled", {}};
  co_return Error{Errc::timeout, "the wait's deadline passed", {}};
}

void Latch::set() {
  set_ = true;
  notifier_.notify();
}

Task<void> Latch::wait() {
  return wait_until(net::steady_timer::time_point::max());
}

Task<void> Latch::wait_until(std::chrono::steady_clock::time_point deadline) {
  if (set_) co_return ok();
  co_return co_await notifier_.wait_until(deadline);
}

}  // namespace code_exec
