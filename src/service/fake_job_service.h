// service/fake_job_service.h - a JobService for tests: jobs in a map, finished by the test. Runs nothing.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <optional>
#include <vector>

#include "base/event.h"
#include "base/fake_clock.h"
#include "service/service.h"

namespace code_exec::service {

class FakeJobService final : public JobService, public FinalResults {
 public:
  explicit FakeJobService(net::any_io_executor executor) : finished_(std::move(executor)) {}

  // For the test. `failure`, when set, is what every call answers.
  std::optional<Error> failure;
  std::vector<SubmissionRequest> submitted;
  std::optional<store::Idempotency> idempotency;  // of the latest submit
  store::JobFilter filter;                        // of the latest list
  std::map<job::JobId, job::Job> jobs;
  ServiceOptions service_options;
  int waiters = 0;
  std::vector<LiveEvent> live_events;  // what every view tells, one after the other; then timeouts
  LivePosition watched_from;           // of the latest watch
  std::vector<live::Message> told;

  job::JobId add(SubmissionRequest request) {
    const job::JobId id = job::JobId::make(clock_.now());
    job::Job job{.id = id, .created_at = clock_.now()};
    job.submission.language = request.language;
    job.submission.code = request.code;
    jobs.emplace(id, std::move(job));
    submitted.push_back(std::move(request));
    return id;
  }

  void finish(const job::JobId& id, job::Outcome outcome) {
    job::Job& job = jobs.at(id);
    job.status = outcome.status;
    job.outcome = std::move(outcome);
    job.started_at = job.finished_at = clock_.now();
    finished_.notify();
  }

  Task<job::JobId> submit(SubmissionRequest request, std::optional<store::Idempotency> key) override {
    if (failure) co_return *failure;
    idempotency = std::move(key);
    co_return add(std::move(request));
  }

  Task<std::vector<job::JobId>> submit_batch(std::vector<SubmissionRequest> requests,
                                             std::optional<store::Idempotency> key) override {
    if (failure) co_return *failure;
    idempotency = std::move(key);
    std::vector<job::JobId> ids;
    for (SubmissionRequest& request : requests) ids.push_back(add(std::move(request)));
    co_return ids;
  }

  Task<job::JobId> submit_again(job::JobId id, std::optional<store::Idempotency> key) override {
    if (failure) co_return *failure;
    const auto found = jobs.find(id);
    if (found == jobs.end()) co_return Error{Errc::not_found, "there is no such job", {}};
    idempotency = std::move(key);
    job::Job again{.id = job::JobId::make(clock_.now()),
                   .submission = found->second.submission,
                   .created_at = clock_.now()};
    const job::JobId new_id = again.id;
    jobs.emplace(new_id, std::move(again));
    co_return new_id;
  }

  Task<job::Job> result(job::JobId id) override {
    if (failure) co_return *failure;
    const auto found = jobs.find(id);
    if (found == jobs.end()) co_return Error{Errc::not_found, "there is no such job", {}};
    co_return found->second;
  }

  Task<job::Job> wait(job::JobId id, std::chrono::milliseconds bound) override {
    const auto deadline = std::chrono::steady_clock::now() + bound;
    ++waiters;
    for (;;) {
      auto job = co_await result(id);
      if (!job || job::is_final(job->status)) co_return job;
      auto waited = co_await finished_.wait_until(deadline);
      if (!waited && waited.error().code == Errc::timeout) co_return job;
      if (!waited) co_return waited.error();
    }
  }

  Task<std::unique_ptr<LiveView>> watch(job::JobId id, LivePosition from, Chunks) override {
    auto job = co_await result(std::move(id));
    if (!job) co_return job.error();
    watched_from = from;
    co_return std::unique_ptr<LiveView>(std::make_unique<FakeLiveView>(live_events));
  }

  Result<void> tell(const job::JobId&, live::Message message) override {
    told.push_back(std::move(message));
    return ok();
  }

  Task<store::JobPage> list(store::JobFilter wanted) override {
    if (failure) co_return *failure;
    filter = wanted;
    store::JobPage page;
    for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) {
      page.more = page.jobs.size() == wanted.limit;
      if (page.more) break;
      page.jobs.push_back(job->second);
    }
    co_return page;
  }

  Task<job::Job> cancel(job::JobId id) override {
    auto job = co_await result(id);
    if (!job) co_return job;
    if (job::is_final(job->status)) co_return Error{Errc::conflict, "the job is final", {}};
    finish(id, {.status = job::Status::failed, .reason = job::Reason::cancelled});
    co_return jobs.at(id);
  }

  const runtime::Registry& runtimes() const override { return runtimes_; }
  const ServiceOptions& options() const override { return service_options; }
  Task<void> check_ready() override {
    if (failure) co_return *failure;
    co_return ok();
  }
  FinalResults& final_results() override { return *this; }
  void publish(const job::Job& job) override { finish(job.id, *job.outcome); }

 private:
  class FakeLiveView final : public LiveView {
   public:
    explicit FakeLiveView(std::vector<LiveEvent> events) : events_(std::move(events)) {}
    Task<LiveEvent> next(std::chrono::steady_clock::time_point) override {
      if (told_ == events_.size()) co_return Error{Errc::timeout, "nothing new", {}};
      co_return events_[told_++];
    }

   private:
    std::vector<LiveEvent> events_;
    std::size_t told_ = 0;
  };

  FakeClock clock_;
  Notifier finished_;
  runtime::Registry runtimes_;
};

}  // namespace code_exec::service
