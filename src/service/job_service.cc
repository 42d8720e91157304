#include <algorithm>
#include <cassert>
#include <deque>
#include <unordered_set>
#include <utility>

#include "base/backoff.h"
#include "base/log.h"
#include "base/task_group.h"
#include "service/check_submission.h"
#include "service/job_metrics.h"
#include "service/live_view.h"
#include "service/service.h"
#include "service/waiters.h"

namespace code_exec::service {
namespace {

using namespace std::chrono_literals;

std::size_t unfinished(const std::map<queue::State, std::size_t>& counts) {
  std::size_t sum = 0;
  for (const auto& [state, count] : counts) {
    if (state != queue::State::completed && state != queue::State::failed) sum += count;
  }
  return sum;
}

Error already_final() {
  return Error{Errc::conflict, "the job has its final result already", {}};
}

// Adds to a counter for as long as it lives.
class Counted {
 public:
  Counted(std::size_t& counter, std::size_t amount) : counter_(counter), amount_(amount) {
    counter_ += amount_;
  }
  ~Counted() { counter_ -= amount_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& counter_;
  std::size_t amount_;
};

class Service final : public JobService, public FinalResults {
 public:
  Service(ServiceParts parts, ServiceOptions options)
      : parts_(std::move(parts)),
        options_(std::move(options)),
        metrics_(parts_.metrics),
        background_(parts_.executor) {
    if (options_.workers == Workers::elsewhere) listen();
  }

  Task<job::JobId> submit(SubmissionRequest request, std::optional<store::Idempotency> idempotency) override;
  Task<std::vector<job::JobId>> submit_batch(std::vector<SubmissionRequest> requests,
                                             std::optional<store::Idempotency> idempotency) override;
  Task<job::JobId> submit_again(job::JobId id, std::optional<store::Idempotency> idempotency) override;
  Task<job::Job> result(job::JobId id) override { return parts_.store.find(std::move(id)); }
  Task<job::Job> wait(job::JobId id, std::chrono::milliseconds bound) override;
  Task<std::unique_ptr<LiveView>> watch(job::JobId id, LivePosition from, Chunks chunks) override;
  Result<void> tell(const job::JobId& id, live::Message message) override {
    return parts_.live.tell(id, std::move(message));
  }
  Task<store::JobPage> list(store::JobFilter filter) override { return parts_.store.list(std::move(filter)); }
  Task<job::Job> cancel(job::JobId id) override;

  const runtime::Registry& runtimes() const override { return parts_.runtimes; }
  const ServiceOptions& options() const override { return options_; }
  Task<void> check_ready() override;
  FinalResults& final_results() override { return *this; }
  void publish(const job::Job& job) override;
  Task<void> stop() override;

 private:
  Task<std::vector<job::JobId>> accept(std::vector<job::Submission> submissions,
                                       std::optional<store::Idempotency> idempotency);
  Task<void> check_room(std::size_t count);
  Task<std::size_t> unfinished_jobs();
  Task<void> push(job::JobId id, std::uint32_t priority);
  net::awaitable<void> push_or_later(job::JobId id, std::uint32_t priority);
  net::awaitable<void> push_earlier(job::JobId id);
  void push_later(job::JobId id, std::uint32_t priority);
  net::awaitable<void> push_again();
  Task<job::Job> finish_as_cancelled(job::Job cancelled);
  void expect_callback(const job::Job& job);
  void note_end(const job::JobId& id, bool has_callback);
  void listen();

  struct Unpushed {
    job::JobId id;
    std::uint32_t priority;
  };

  ServiceParts parts_;
  ServiceOptions options_;
  JobMetrics metrics_;
  Waiters waiters_;
  // Jobs accepted here whose result was not published and whose end no event told: a wait for one of them
  // need not ask the store whether it is final.
  std::unordered_set<job::JobId> accepted_;
  std::unordered_set<job::JobId> with_callback_;  // of those, with workers elsewhere
  std::size_t unfinished_ =
      0;  // in the queues, with what was pushed here since; true at least until room_until_
  std::chrono::steady_clock::time_point room_until_{};
  std::size_t submitting_ = 0;  // jobs between the look for room and their push
  std::deque<Unpushed> unpushed_;
  Error push_error_;  // why unpushed_ is not empty
  bool stopping_ = false;
  std::vector<std::unique_ptr<queue::Queue::Subscription>> subscriptions_;
  TaskGroup background_;
};

Task<job::JobId> Service::submit(SubmissionRequest request, std::optional<store::Idempotency> idempotency) {
  auto submission = check_submission(std::move(request), parts_.runtimes, options_);
  if (!submission) co_return submission.error();
  std::vector<job::Submission> one;
  one.push_back(*std::move(submission));
  auto ids = co_await accept(std::move(one), std::move(idempotency));
  if (!ids) co_return ids.error();
  co_return std::move(ids->front());
}

Task<std::vector<job::JobId>> Service::submit_batch(std::vector<SubmissionRequest> requests,
                                                    std::optional<store::Idempotency> idempotency) {
  if (requests.empty() || requests.size() > options_.batch_max)
    co_return Error{Errc::invalid, "must have 1 to " + std::to_string(options_.batch_max) + " elements",
                    "jobs"};
  std::vector<job::Submission> submissions;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto submission = check_submission(std::move(requests[i]), parts_.runtimes, options_);
    if (!submission) {
      Error error = submission.error();
      error.field = "jobs[" + std::to_string(i) + "]" + (error.field.empty() ? "" : "." + error.field);
      co_return error;
    }
    submissions.push_back(*std::move(submission));
  }
  co_return co_await accept(std::move(submissions), std::move(idempotency));
}

Task<job::JobId> Service::submit_again(job::JobId id, std::optional<store::Idempotency> idempotency) {
  auto earlier = co_await result(std::move(id));
  if (!earlier) co_return earlier.error();
  std::vector<job::Submission> one;
  one.push_back(std::move(earlier->submission));
  auto ids = co_await accept(std::move(one), std::move(idempotency));
  if (!ids) co_return ids.error();
  co_return std::move(ids->front());
}

// Everything that can refuse a job comes before the insert, so that a refusal leaves nothing behind. After
// the insert the job exists and will be run, whatever becomes of the push.
Task<std::vector<job::JobId>> Service::accept(std::vector<job::Submission> submissions,
                                              std::optional<store::Idempotency> idempotency) {
  auto room = co_await check_room(submissions.size());
  if (!room) co_return room.error();
  Counted reservation(submitting_, submissions.size());

  std::vector<store::NewJob> jobs;
  const TimePoint now = parts_.clock.now();
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    job::Job job{.id = job::JobId::make(now), .submission = std::move(submissions[i]), .created_at = now};
    store::NewJob fresh{.job = std::move(job), .idempotency = idempotency};
    // A key stands for one job, so the further jobs of a batch have keys made from the client's.
    if (idempotency && i > 0) fresh.idempotency->key += "\x1f" + std::to_string(i);
    jobs.push_back(std::move(fresh));
  }
  auto inserted = co_await parts_.store.insert(jobs);
  if (!inserted) co_return inserted.error();
  assert(inserted->size() == jobs.size());

  std::vector<job::JobId> ids;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    ids.push_back((*inserted)[i].id);
    if (!(*inserted)[i].created) {
      co_await push_earlier((*inserted)[i].id);
      continue;
    }
    const job::Job& job = jobs[i].job;
    metrics_.submitted(1);
    ++unfinished_;
    if (accepted_.size() < parts_.save_queue.options().unfinished_max) accepted_.insert(job.id);
    expect_callback(job);
    if (options_.workers == Workers::in_this_process) parts_.running.submitted(job);
    co_await push_or_later(job.id, job.submission.priority);
  }
  co_return ids;
}

net::awaitable<void> Service::push_or_later(job::JobId id, std::uint32_t priority) {
  auto pushed = co_await push(id, priority);
  if (pushed) co_return;
  push_error_ = pushed.error();
  push_later(std::move(id), priority);
}

// Whoever stored it may have died before the push: then its client, who comes again, brings it into the
// queue.
net::awaitable<void> Service::push_earlier(job::JobId id) {
  auto job = co_await result(std::move(id));
  if (job && job->status == job::Status::pending) co_await push_or_later(job->id, job->submission.priority);
}

Task<void> Service::check_room(std::size_t count) {
  if (stopping_) co_return Error{Errc::unavailable, "the service is stopping", {}};
  if (!unpushed_.empty()) co_return push_error_;
  auto unfinished = co_await unfinished_jobs();
  if (!unfinished) co_return unfinished.error();
  // A job passes through both queues: with both counted together the second one cannot overflow either.
  const std::size_t bound =
      std::min(parts_.save_queue.options().unfinished_max, parts_.exec_queue.options().unfinished_max);
  if (*unfinished + submitting_ + count > bound)
    co_return Error{Errc::full, "the queues hold as many jobs as they may: " + std::to_string(bound), {}};
  co_return ok();
}

// Queues that are on another machine are not asked for every job.
Task<std::size_t> Service::unfinished_jobs() {
  const auto now = std::chrono::steady_clock::now();
  if (options_.workers == Workers::elsewhere && now < room_until_) co_return unfinished_;
  auto saves = co_await parts_.save_queue.counts();
  if (!saves) co_return saves.error();
  auto execs = co_await parts_.exec_queue.counts();
  if (!execs) co_return execs.error();
  unfinished_ = unfinished(*saves) + unfinished(*execs);
  room_until_ = now + options_.room_recheck;
  co_return unfinished_;
}

Task<void> Service::push(job::JobId id, std::uint32_t priority) {
  queue::EntryOptions entry;
  entry.priority = priority;
  auto pushed = co_await parts_.save_queue.push(std::move(id), entry);
  // Conflict: a worker that looked for unfinished jobs found it first and pushed it.
  if (!pushed && pushed.error().code != Errc::conflict) co_return pushed.error();
  co_return ok();
}

// The store holds the job; what is lost is only the order. While any is unpushed no more jobs are accepted,
// so there are never more than were being submitted when the queue went away. Should this process die,
// workers find the job in the store (worker/recovery.h).
void Service::push_later(job::JobId id, std::uint32_t priority) {
  log::warn("push failed, will try again job={} error={}", id.text(), push_error_.detail);
  if (unpushed_.size() >= options_.unpushed_max || stopping_) return;
  unpushed_.push_back(Unpushed{std::move(id), priority});
  if (unpushed_.size() == 1) background_.spawn("push again", push_again());
}

net::awaitable<void> Service::push_again() {
  co_await ignore_cancellation();
  Backoff backoff(100ms, 5s);
  while (!unpushed_.empty() && !stopping_) {
    auto slept = co_await pause(parts_.clock, backoff.next());
    while (!unpushed_.empty() && !stopping_) {
      auto pushed = co_await push(unpushed_.front().id, unpushed_.front().priority);
      if (!pushed) {
        push_error_ = pushed.error();
        break;
      }
      unpushed_.pop_front();
      backoff.reset();
    }
  }
}

Task<job::Job> Service::wait(job::JobId id, std::chrono::milliseconds bound) {
  bound = std::min(bound, options_.wait_max);
  if (bound <= 0ms) co_return co_await result(std::move(id));
  if (waiters_.size() >= options_.waiters_max) {
    auto job = co_await result(std::move(id));
    if (!job || job::is_final(job->status)) co_return job;
    co_return Error{Errc::full, "too many requests wait for a result", {}};
  }
  const auto deadline = std::chrono::steady_clock::now() + bound;
  Waiters::Waiter waiter(waiters_, parts_.executor, id);
  if (!accepted_.contains(id)) {
    auto job = co_await result(id);
    if (!job || job::is_final(job->status)) co_return job;
  }
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    const bool may_be_missed = options_.workers == Workers::elsewhere;
    auto woken = co_await waiter.wait_until(may_be_missed ? std::min(deadline, now + options_.wait_recheck)
                                                          : deadline);
    if (waiter.job()) co_return *waiter.job();
    if (!woken && woken.error().code != Errc::timeout) co_return woken.error();
    auto job = co_await result(id);
    const bool is_over = std::chrono::steady_clock::now() >= deadline;
    if (is_over || !job || job::is_final(job->status)) co_return job;
  }
}

Task<std::unique_ptr<LiveView>> Service::watch(job::JobId id, LivePosition from, Chunks chunks) {
  if (waiters_.size() >= options_.waiters_max)
    co_return Error{Errc::full, "too many requests wait for a result", {}};
  const bool may_be_missed = options_.workers == Workers::elsewhere;
  LiveViewParts parts{.executor = parts_.executor,
                      .store = parts_.store,
                      .waiters = waiters_,
                      .live = parts_.live,
                      .recheck = may_be_missed ? options_.wait_recheck : std::chrono::milliseconds::max()};
  // Listening first: what happens while the store is read is not missed.
  auto view = make_live_view(parts, id, from, chunks);
  auto begun = co_await view->begin();
  if (!begun) co_return begun.error();
  co_return std::unique_ptr<LiveView>(std::move(view));
}

Task<job::Job> Service::cancel(job::JobId id) {
  auto found = co_await result(id);
  if (!found) co_return found.error();
  if (job::is_final(found->status)) co_return already_final();
  auto told = co_await parts_.running.cancel(*found);
  if (told && *told) {
    auto job = co_await wait(id, options_.cancel_wait_max);
    if (job && job::is_final(job->status)) {
      // The run may have ended by itself just before it was to be killed.
      if (job->outcome->reason != job::Reason::cancelled) co_return already_final();
      co_return job;
    }
  }
  co_return co_await finish_as_cancelled(*std::move(found));
}

// The store decides between this and a run that is about to finish. It comes before the queues: should we die
// in between, a worker that claims the entry finds the job final.
Task<job::Job> Service::finish_as_cancelled(job::Job cancelled) {
  const job::JobId id = cancelled.id;
  job::Outcome outcome{.status = job::Status::failed, .reason = job::Reason::cancelled};
  const auto callback =
      cancelled.submission.callback_url.empty() ? store::Callback::none : store::Callback::wanted;
  auto finished = co_await parts_.store.finish(id, outcome, parts_.clock.now(), callback);
  if (!finished && finished.error().code == Errc::conflict) co_return already_final();
  if (!finished) co_return finished.error();

  auto unsaved = co_await parts_.save_queue.remove(id);
  auto unexecuted = co_await parts_.exec_queue.remove(id);
  // A run that began since is only using up its slot: its result is refused.
  auto told = co_await parts_.running.cancel(std::move(cancelled));
  if (!told) log::debug("workers not told of a cancel job={} error={}", id.text(), told.error().detail);
  log::debug("job cancelled job={} save_entry={} exec_entry={}", id.text(),
             unsaved ? "removed" : to_string(unsaved.error().code),
             unexecuted ? "removed" : to_string(unexecuted.error().code));

  auto job = co_await result(id);
  if (!job) co_return job.error();
  metrics_.finished(job->submission.language, outcome);
  publish(*job);
  co_return job;
}

Task<void> Service::check_ready() {
  auto healthy = co_await parts_.store.check_health();
  if (!healthy) co_return healthy.error();
  co_return co_await check_room(1);
}

void Service::publish(const job::Job& job) {
  accepted_.erase(job.id);
  note_end(job.id, !job.submission.callback_url.empty());
  waiters_.publish(job);
}

// An event of a queue names a job and no more. Jobs accepted elsewhere are their service's to call back
// about: were everybody woken, all would go for the same one.
void Service::expect_callback(const job::Job& job) {
  if (job.submission.callback_url.empty() || options_.workers == Workers::in_this_process) return;
  if (with_callback_.size() < parts_.save_queue.options().unfinished_max) with_callback_.insert(job.id);
}

void Service::note_end(const job::JobId& id, bool has_callback) {
  const bool expected = !with_callback_.empty() && with_callback_.erase(id) > 0;
  if ((has_callback || expected) && parts_.callback_due) parts_.callback_due();
}

void Service::listen() {
  auto listener = [this](const queue::Event& event) {
    using Type = queue::Event::Type;
    if (!event.id) return;
    if (event.type == Type::completed && event.return_value == saved_value) return;
    if (event.type != Type::completed && event.type != Type::failed && event.type != Type::removed) return;
    accepted_.erase(*event.id);
    note_end(*event.id, false);
    waiters_.wake(*event.id);
  };
  subscriptions_.push_back(parts_.save_queue.subscribe(listener));
  subscriptions_.push_back(parts_.exec_queue.subscribe(listener));
}

Task<void> Service::stop() {
  stopping_ = true;
  subscriptions_.clear();
  co_return co_await background_.stop();
}

}  // namespace

std::unique_ptr<JobService> make_job_service(ServiceParts parts, ServiceOptions options) {
  return std::make_unique<Service>(std::move(parts), std::move(options));
}

}  // namespace code_exec::service
