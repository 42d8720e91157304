#include "worker/job_steps.h"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"

namespace code_exec::worker {
namespace {

using namespace std::chrono_literals;

constexpr auto store_retry_first = 100ms;
constexpr auto store_retry_longest = 5000ms;

// Worth trying again: the same call may succeed later.
bool is_away(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::timeout || error.code == Errc::full;
}

bool is_superseded(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::conflict;
}

}  // namespace

std::string return_value(const job::Outcome& outcome) {
  const std::string status(to_string(outcome.status));
  if (outcome.reason == job::Reason::none) return R"({"status":")" + status + R"(","reason":null})";
  return R"({"status":")" + status + R"(","reason":")" + std::string(to_string(outcome.reason)) + R"("})";
}

job::Outcome internal_error(std::string message) {
  job::Outcome outcome{.status = job::Status::failed, .reason = job::Reason::internal_error};
  outcome.message = std::move(message);
  return outcome;
}

// False: stop trying, the lease is to be given back.
net::awaitable<bool> JobSteps::wait_for_store(const ActiveJob& active, Backoff& backoff, const Error& why) {
  log::warn("store does not answer, will try again job={} error={}", active.id().text(), why.detail);
  if (active.given_back) co_return false;
  auto slept = co_await pause(shared_.parts.clock, backoff.next());
  co_return slept || !active.given_back;
}

net::awaitable<std::shared_ptr<KnownJob>> JobSteps::known(ActivePtr active) {
  if (auto recent = shared_.recent.take(active->id())) co_return recent;
  auto job = co_await read(active);
  if (!job) {
    job::Job unread{.id = active->id()};
    co_await not_run(active, std::move(unread), job.error());
    co_return nullptr;
  }
  if (job::is_final(job->status)) {
    std::string value = return_value(*job->outcome);
    co_await complete(active, std::move(value));
    shared_.files.remove(job->submission.language, job->id);
    co_return nullptr;
  }
  KnownJob known{.job = *std::move(job), .compiled = nullptr};
  co_return std::make_shared<KnownJob>(std::move(known));
}

net::awaitable<void> JobSteps::not_run(ActivePtr active, job::Job job, Error why) {
  if (why.code == Errc::cancelled) {
    co_await give_back(std::move(active), false);
  } else if (is_superseded(why)) {
    co_await drop(std::move(active), job.submission.language);
  } else {
    co_await fail(std::move(active), std::move(job), std::move(why));
  }
}

Task<job::Job> JobSteps::read(ActivePtr active) {
  Backoff backoff(store_retry_first, store_retry_longest);
  for (;;) {
    const job::JobId id = active->id();
    auto job = co_await shared_.parts.store.find(id);
    if (job || !is_away(job.error())) co_return job;
    const bool again = co_await wait_for_store(*active, backoff, job.error());
    if (!again) co_return Error{Errc::cancelled, "the worker stops", {}};
  }
}

Task<int> JobSteps::start(ActivePtr active, TimePoint at) {
  Backoff backoff(store_retry_first, store_retry_longest);
  for (;;) {
    auto runs = co_await shared_.parts.store.start(active->id(), at);
    if (runs || !is_away(runs.error())) co_return runs;
    const bool again = co_await wait_for_store(*active, backoff, runs.error());
    if (!again) co_return Error{Errc::cancelled, "the worker stops", {}};
  }
}

net::awaitable<Finished> JobSteps::finish(job::Job job, job::Outcome outcome) {
  Backoff backoff(store_retry_first, store_retry_longest);
  const auto callback = job.submission.callback_url.empty() ? store::Callback::none : store::Callback::wanted;
  for (;;) {
    const TimePoint now = shared_.parts.clock.now();
    auto stored = co_await shared_.parts.store.finish(job.id, outcome, now, callback);
    if (stored) {
      job.status = outcome.status;
      job.outcome = std::move(outcome);
      job.finished_at = now;
      shared_.results->publish(job);
      shared_.metrics.finished(job);
      co_return Finished::recorded;
    }
    if (is_superseded(stored.error())) {
      log::debug("result refused job={} error={}", job.id.text(), to_string(stored.error().code));
      co_await announce(job.id);
      co_return Finished::superseded;
    }
    // The store is there but cannot take this result (too large for it, for example). A small one says so.
    if (!is_away(stored.error())) outcome = internal_error("the result could not be stored");
    log::warn("result not stored, will try again job={} error={}", job.id.text(), stored.error().detail);
    if (shared_.active.giving_back()) co_return Finished::given_up;
    auto slept = co_await pause(shared_.parts.clock, backoff.next());
    if (!slept) log::debug("pause cut short job={}", job.id.text());
  }
}

// Whoever ended the job may be another process: then our waiters have not heard of it.
net::awaitable<void> JobSteps::announce(job::JobId id) {
  auto job = co_await shared_.parts.store.find(std::move(id));
  if (job && job::is_final(job->status)) shared_.results->publish(*job);
}

net::awaitable<void> JobSteps::end(ActivePtr active, job::Job job, job::Outcome outcome) {
  const job::JobId id = job.id;
  const std::string language = job.submission.language;
  std::string value = return_value(outcome);
  const Finished finished = co_await finish(std::move(job), std::move(outcome));
  if (finished == Finished::given_up) {
    co_await give_back(std::move(active), false);
    co_return;
  }
  // Only now, so that the answer does not wait for the file system.
  co_await complete(std::move(active), std::move(value));
  co_await net::post(net::use_awaitable);
  shared_.files.remove(language, id);
}

net::awaitable<void> JobSteps::drop(ActivePtr active, std::string language) {
  const job::JobId id = active->id();
  active->running = false;
  co_await announce(id);
  co_await complete(std::move(active), "{}");
  shared_.files.remove(language, id);
}

net::awaitable<void> JobSteps::complete(ActivePtr active, std::string value) {
  if (!active->lease_held) co_return;
  active->lease_held = false;
  auto completed = co_await active->queue.complete(active->lease, std::move(value));
  // The lease runs out by itself then, and the next holder finds the job final.
  if (!completed)
    log::debug("entry not completed queue={} job={} error={}", active->queue.options().name,
               active->id().text(), completed.error().detail);
}

net::awaitable<void> JobSteps::fail(ActivePtr active, job::Job job, Error why) {
  log::warn("attempt failed queue={} job={} attempt={} error={}", active->queue.options().name,
            active->id().text(), active->lease.attempt, why.detail);
  active->running = false;
  if (!active->lease_held) co_return;
  active->lease_held = false;
  auto state = co_await active->queue.fail(active->lease, why.detail, queue::FailAs::retryable);
  if (!state) {
    // Its lease runs out and another attempt follows, or recovery finds the job without an entry.
    log::warn("entry not failed queue={} job={} error={}", active->queue.options().name, active->id().text(),
              state.error().detail);
    co_return;
  }
  if (*state != queue::State::failed) co_return;
  const job::JobId id = job.id;
  const std::string language = job.submission.language;
  job::Outcome outcome = internal_error("the job could not be run: " + why.detail);
  co_await finish(std::move(job), std::move(outcome));
  shared_.files.remove(language, id);
}

net::awaitable<void> JobSteps::give_back(ActivePtr active, bool counted) {
  active->running = false;
  if (counted) {
    auto released = co_await shared_.parts.store.release(active->id());
    if (!released)
      log::warn("run not given back job={} error={}", active->id().text(), released.error().detail);
  }
  if (!active->lease_held) co_return;
  active->lease_held = false;
  auto released = co_await active->queue.release(active->lease);
  if (!released)
    log::warn("lease not given back queue={} job={} error={}", active->queue.options().name,
              active->id().text(), released.error().detail);
}

}  // namespace code_exec::worker
