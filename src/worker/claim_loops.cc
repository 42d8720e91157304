#include "worker/claim_loops.h"

#include <utility>

#include "base/backoff.h"
#include "base/log.h"

namespace code_exec::worker {

using namespace std::chrono_literals;

void ClaimLoops::start(std::size_t count, Handle handle) {
  handle_ = std::move(handle);
  for (std::size_t i = 0; i < count; ++i) loops_.spawn("claim loop", loop());
}

void ClaimLoops::stop_claiming() {
  stopping_ = true;
  loops_.cancel();
}

net::awaitable<void> ClaimLoops::loop() {
  co_await ignore_cancellation();
  Backoff backoff(100ms, 5s);
  while (!stopping_) {
    co_await hear_cancellation();
    auto lease = co_await queue_.claim(worker_);
    co_await ignore_cancellation();
    if (lease) {
      backoff.reset();
      co_await handle_(*std::move(lease));
      continue;
    }
    if (lease.error().code == Errc::cancelled) break;
    log::warn("claim failed queue={} error={}", queue_.options().name, lease.error().detail);
    auto slept = co_await pause(clock_, backoff.next());
    if (!slept) break;
  }
}

}  // namespace code_exec::worker
