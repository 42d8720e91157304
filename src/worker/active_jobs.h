// worker/active_jobs.h - the queue entries this worker holds leases on: renews the leases, passes on a
// cancel, and tells everyone to give back what they hold when the worker has to stop.
#pragma once

#include <list>
#include <memory>

#include "base/clock.h"
#include "base/event.h"
#include "queue/queue.h"
#include "store/store.h"

namespace code_exec::worker {

class ActiveJobs;

// One lease and what its holder must know. Shared by the stage that works on the job and a renewal under way.
struct ActiveJob : std::enable_shared_from_this<ActiveJob> {
  ActiveJob(ActiveJobs& owner, net::any_io_executor executor, queue::Queue& its_queue,
            queue::Lease its_lease);
  ~ActiveJob();
  ActiveJob(const ActiveJob&) = delete;
  ActiveJob& operator=(const ActiveJob&) = delete;

  const job::JobId& id() const { return lease.id; }

  queue::Queue& queue;
  queue::Lease lease;
  std::shared_ptr<Latch> stop;  // shared with the sandbox: ends the run
  bool running = false;         // in the sandbox or about to be: a cancel is worth passing on
  bool cancelled = false;       // a client wants it ended
  bool given_back = false;      // this worker stops: leave the job to the next one
  bool lease_held = true;

 private:
  ActiveJobs& owner_;
  std::list<ActiveJob*>::iterator place_;
};

class ActiveJobs {
 public:
  ActiveJobs(net::any_io_executor executor, Clock& clock, store::JobStore& store)
      : executor_(std::move(executor)), clock_(clock), store_(store) {}

  std::shared_ptr<ActiveJob> add(queue::Queue& queue, queue::Lease lease);
  // True when a run of the job was told to end.
  bool cancel(const job::JobId& id);
  // Everything held now or later is to be given back.
  void give_back();
  bool giving_back() const { return giving_back_; }

  // Renews every lease on `queue` three times in its lifetime until `stopping`. A run whose job has got its
  // final result elsewhere (cancelled through another process, or finished by another worker) is ended then.
  net::awaitable<void> keep_leases(queue::Queue& queue, const bool& stopping);

 private:
  friend struct ActiveJob;
  net::awaitable<void> renew(std::shared_ptr<ActiveJob> active);

  net::any_io_executor executor_;
  Clock& clock_;
  store::JobStore& store_;
  std::list<ActiveJob*> all_;
  bool giving_back_ = false;
};

}  // namespace code_exec::worker
