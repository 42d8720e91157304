// service/waiters.h - who waits for which job's final result. Belongs to the event loop thread.
#pragma once

#include <chrono>
#include <memory>
#include <unordered_map>
#include <utility>

#include "base/event.h"
#include "job/job.h"

namespace code_exec::service {

class Waiters {
 public:
  // One request's wait. It listens from its construction on, so that whoever makes it first and reads the
  // store then misses nothing.
  class Waiter {
   public:
    Waiter(Waiters& waiters, net::any_io_executor executor, job::JobId id);
    ~Waiter();
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    // Returns at once when something was announced since the last call, or nudge() called. Errc::timeout,
    // Errc::cancelled.
    Task<void> wait_until(std::chrono::steady_clock::time_point deadline);
    // The final job; nullptr when none was published, although the job may have changed.
    const job::Job* job() const { return job_.get(); }
    // Wakes it for a reason of its maker's.
    void nudge();
    // Once for each time that wake() was called.
    bool take_look() { return std::exchange(look_, false); }

   private:
    friend class Waiters;
    Waiters& waiters_;
    Notifier notifier_;
    std::shared_ptr<const job::Job> job_;  // shared with the other waiters for the same job
    bool announced_ = false;
    bool look_ = false;
    std::unordered_multimap<job::JobId, Waiter*>::iterator place_;
  };

  // Wakes the job's waiters with its final result.
  void publish(const job::Job& job);
  // Wakes the job's waiters to look for themselves.
  void wake(const job::JobId& id);
  std::size_t size() const { return waiting_.size(); }

 private:
  std::unordered_multimap<job::JobId, Waiter*> waiting_;
};

}  // namespace code_exec::service
