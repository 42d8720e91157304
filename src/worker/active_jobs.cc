#include "worker/active_jobs.h"

#include <utility>
#include <vector>

#include "base/backoff.h"
#include "base/log.h"

namespace code_exec::worker {

ActiveJob::ActiveJob(ActiveJobs& owner, net::any_io_executor executor, queue::Queue& its_queue,
                     queue::Lease its_lease)
    : queue(its_queue),
      lease(std::move(its_lease)),
      stop(std::make_shared<Latch>(std::move(executor))),
      owner_(owner),
      place_(owner.all_.insert(owner.all_.end(), this)) {}

ActiveJob::~ActiveJob() {
  owner_.all_.erase(place_);
}

std::shared_ptr<ActiveJob> ActiveJobs::add(queue::Queue& queue, queue::Lease lease) {
  auto active = std::make_shared<ActiveJob>(*this, executor_, queue, std::move(lease));
  if (giving_back_) {
    active->given_back = true;
    active->stop->set();
  }
  return active;
}

bool ActiveJobs::cancel(const job::JobId& id) {
  bool told = false;
  for (ActiveJob* active : all_) {
    if (active->id() != id || !active->running) continue;
    active->cancelled = true;
    active->stop->set();
    told = true;
  }
  return told;
}

void ActiveJobs::give_back() {
  giving_back_ = true;
  for (ActiveJob* active : all_) {
    active->given_back = true;
    active->stop->set();
  }
}

net::awaitable<void> ActiveJobs::keep_leases(queue::Queue& queue, const bool& stopping) {
  co_await ignore_cancellation();
  while (!stopping) {
    auto slept = co_await pause(clock_, queue.options().lease_ttl / 3);
    if (!slept) continue;
    // The list changes while we wait for the queue.
    std::vector<std::shared_ptr<ActiveJob>> now;
    for (ActiveJob* active : all_) {
      if (&active->queue == &queue) now.push_back(active->shared_from_this());
    }
    for (auto& active : now) co_await renew(std::move(active));
  }
}

net::awaitable<void> ActiveJobs::renew(std::shared_ptr<ActiveJob> active) {
  if (!active->lease_held) co_return;
  auto renewed = co_await active->queue.renew(active->lease);
  if (!active->lease_held) co_return;
  if (renewed) {
    active->lease = *std::move(renewed);
  } else if (renewed.error().code == Errc::conflict || renewed.error().code == Errc::not_found) {
    // Another worker may have the job now. Ours goes on: the first result counts, and it is nearer to one.
    log::warn("lease lost queue={} job={}", active->queue.options().name, active->id().text());
    active->lease_held = false;
  } else {
    log::warn("lease not renewed queue={} job={} error={}", active->queue.options().name, active->id().text(),
              renewed.error().detail);
  }
  if (!active->running) co_return;
  auto job = co_await store_.find(active->id());
  if (job && job::is_final(job->status)) active->stop->set();
}

}  // namespace code_exec::worker
