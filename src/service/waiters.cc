#include "service/waiters.h"

#include <utility>

namespace code_exec::service {

Waiters::Waiter::Waiter(Waiters& waiters, net::any_io_executor executor, job::JobId id)
    : waiters_(waiters),
      notifier_(std::move(executor)),
      place_(waiters.waiting_.emplace(std::move(id), this)) {}

Waiters::Waiter::~Waiter() {
  waiters_.waiting_.erase(place_);
}

Task<void> Waiters::Waiter::wait_until(std::chrono::steady_clock::time_point deadline) {
  if (!announced_) {
    auto waited = co_await notifier_.wait_until(deadline);
    if (!waited) co_return waited.error();
  }
  announced_ = false;
  co_return ok();
}

void Waiters::Waiter::nudge() {
  announced_ = true;
  notifier_.notify();
}

void Waiters::publish(const job::Job& job) {
  auto [first, last] = waiting_.equal_range(job.id);
  if (first == last) return;
  auto shared = std::make_shared<const job::Job>(job);
  for (; first != last; ++first) {
    first->second->job_ = shared;
    first->second->nudge();
  }
}

void Waiters::wake(const job::JobId& id) {
  auto [first, last] = waiting_.equal_range(id);
  for (; first != last; ++first) {
    first->second->look_ = true;
    first->second->nudge();
  }
}

}  // namespace code_exec::service
