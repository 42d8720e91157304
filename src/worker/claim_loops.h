// worker/claim_loops.h - a number of coroutines that claim from one queue and handle what they get, each one
// lease at a time.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/task_group.h"
#include "queue/queue.h"

namespace code_exec::worker {

class ClaimLoops {
 public:
  using Handle = std::function<net::awaitable<void>(queue::Lease)>;

  ClaimLoops(net::any_io_executor executor, Clock& clock, queue::Queue& queue, std::string worker)
      : clock_(clock), queue_(queue), worker_(std::move(worker)), loops_(std::move(executor)) {}

  // `handle` is called with cancellation ignored: see base/backoff.h.
  void start(std::size_t count, Handle handle);
  // No claim is begun any more, those that wait are ended; leases being handled go on. Called again, it wakes
  // whoever pauses in pause().
  void stop_claiming();
  Task<void> join() { return loops_.join(); }

 private:
  net::awaitable<void> loop();

  Clock& clock_;
  queue::Queue& queue_;
  std::string worker_;
  Handle handle_;
  bool stopping_ = false;
  TaskGroup loops_;
};

}  // namespace code_exec::worker
