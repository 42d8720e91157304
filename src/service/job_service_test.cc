#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include "base/fake_clock.h"
#include "base/run_for_test.h"
#include "base/task_group.h"
#include "queue/local_queue.h"
#include "service/service.h"
#include "store/fake_store.h"

namespace code_exec::service {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Stands for the worker: knows which jobs are running and what it was told.
struct FakeRunning final : RunningJobs {
  Task<bool> cancel(job::Job job) override {
    cancelled.push_back(job.id);
    if (on_cancel) on_cancel();
    co_return running;
  }
  void submitted(const job::Job& job) override { seen.push_back(job.id); }
  bool running = false;
  std::function<void()> on_cancel;
  std::vector<job::JobId> cancelled;
  std::vector<job::JobId> seen;
};

runtime::Registry runtimes() {
  runtime::Runtime c{.name = "c", .source_file = "main.c"};
  c.compile = runtime::Compile{.argv = {"/usr/bin/cc"}, .artifact = "main"};
  runtime::Runtime python{.name = "python", .source_file = "main.py"};
  runtime::Runtime slow{.name = "slow", .source_file = "main.slow"};
  slow.needs.memory_bytes = 512ULL << 20;
  return runtime::Registry::of({c, python, slow});
}

class JobServiceTest : public testing::Test {
 protected:
  JobServiceTest() { make({}); }
  ~JobServiceTest() override { stop(); }

  void stop() {
    if (!service_) return;
    EXPECT_TRUE(run(service_->stop()));
    EXPECT_TRUE(run(save_->stop()));
    EXPECT_TRUE(run(exec_->stop()));
  }

  void make(ServiceOptions options, std::size_t queue_max = 100) {
    stop();
    service_.reset();
    queue::QueueOptions save{.name = "code-save", .unfinished_max = queue_max};
    queue::QueueOptions exec{.name = "code-exec", .unfinished_max = queue_max};
    save_ = queue::make_local_queue(save, loop_.get_executor(), clock_);
    exec_ = queue::make_local_queue(exec, loop_.get_executor(), clock_);
    ServiceParts parts{
        loop_.get_executor(),        clock_, store_, *save_, *exec_, runtimes_, running_, live_, metrics_,
        [this] { ++callbacks_due_; }};
    service_ = make_job_service(parts, options);
  }

  template <class T>
  Result<T> run(Task<T> task) {
    return run_to_end(loop_, std::move(task));
  }
  Result<job::JobId> submit(SubmissionRequest request = {.code = "print(1)"}) {
    return run(service_->submit(std::move(request), std::nullopt));
  }
  std::size_t waiting() {
    auto counts = run(save_->counts());
    return (*counts)[queue::State::waiting];
  }
  // The worker's part: the job's final result in the store, then announced.
  void finish(const job::JobId& id,
              job::Outcome outcome = {.status = job::Status::completed, .reason = job::Reason::none}) {
    ASSERT_TRUE(run(store_.finish(id, outcome, clock_.now())));
    service_->final_results().publish(store_.jobs.at(id));
  }
  // Starts `task` and runs until it waits; its result is in the returned slot once it has ended.
  template <class T>
  std::shared_ptr<std::optional<Result<T>>> begin(Task<T> task) {
    auto slot = std::make_shared<std::optional<Result<T>>>();
    net::co_spawn(loop_, std::move(task), [slot](std::exception_ptr failure, Result<T> value) {
      EXPECT_FALSE(failure);
      slot->emplace(std::move(value));
    });
    loop_.restart();
    loop_.poll();
    return slot;
  }
  template <class T>
  void run_until_set(const std::shared_ptr<std::optional<Result<T>>>& slot) {
    loop_.restart();
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!slot->has_value() && std::chrono::steady_clock::now() < deadline) loop_.run_one_until(deadline);
    ASSERT_TRUE(slot->has_value());
  }

  net::io_context loop_;
  FakeClock clock_;
  store::FakeStore store_;
  FakeRunning running_;
  live::LiveRuns live_;
  runtime::Registry runtimes_ = runtimes();
  prometheus::Registry metrics_;
  int callbacks_due_ = 0;
  std::unique_ptr<queue::Queue> save_;
  std::unique_ptr<queue::Queue> exec_;
  std::unique_ptr<JobService> service_;
};

TEST_F(JobServiceTest, StoresAndQueuesAJob) {
  auto id = submit();

  ASSERT_TRUE(id);
  EXPECT_EQ(store_.jobs.at(*id).submission.code, "print(1)");
  EXPECT_EQ(store_.jobs.at(*id).status, job::Status::pending);
  EXPECT_EQ(waiting(), 1u);
  EXPECT_EQ(running_.seen, std::vector{*id});
}

TEST_F(JobServiceTest, NamesTheKnownLanguagesWhenOneIsUnknown) {
  auto id = submit({.language = "cobol"});

  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, Errc::invalid);
  EXPECT_EQ(id.error().field, "language");
  EXPECT_THAT(id.error().detail, HasSubstr("c, python, slow"));
}

TEST_F(JobServiceTest, RaisesADefaultToWhatTheRuntimeNeeds) {
  auto id = submit({.language = "slow"});

  ASSERT_TRUE(id);
  EXPECT_EQ(store_.jobs.at(*id).submission.limits.memory_bytes, 512ULL << 20);
}

TEST_F(JobServiceTest, RefusesAClientsValueBelowWhatTheRuntimeNeeds) {
  SubmissionRequest request{.language = "slow"};
  request.limits.memory_bytes = 128ULL << 20;

  auto id = submit(request);

  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, Errc::invalid);
  EXPECT_EQ(id.error().field, "limits.memoryBytes");
}

TEST_F(JobServiceTest, RefusesAFileWithTheNameOfTheCompiledProgram) {
  auto id = submit({.language = "c", .files = {{"data", ""}, {"main", ""}}});

  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().field, "files[1].name");
}

TEST_F(JobServiceTest, LeavesNothingBehindWhenTheQueuesAreFull) {
  make({}, 2);
  auto other = job::JobId::make(clock_.now());
  ASSERT_TRUE(run(exec_->push(other, {})));
  ASSERT_TRUE(submit());

  auto refused = submit();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::full);
  EXPECT_EQ(store_.jobs.size(), 1u);
}

TEST_F(JobServiceTest, PushesAgainWhatTheQueueRefusedAfterTheInsert) {
  make({}, 1);
  const auto filler = job::JobId::make(clock_.now());
  // The queue fills up between the look for room and the push.
  bool filled = false;
  store_.on_insert = [&] {
    if (std::exchange(filled, true)) return;
    net::co_spawn(loop_, save_->push(filler, {}), [](std::exception_ptr, Result<void>) {});
  };

  auto id = submit();

  ASSERT_TRUE(id);
  auto refused = submit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::full);
  ASSERT_TRUE(run(save_->remove(filler)));
  clock_.advance(1s);
  loop_.restart();
  loop_.poll();
  EXPECT_TRUE(run(save_->find(*id)));
}

TEST_F(JobServiceTest, AnswersARetriedSubmitWithTheEarlierJob) {
  store::Idempotency key{"key", "print(1)"};
  auto first = run(service_->submit({.code = "print(1)"}, key));

  auto second = run(service_->submit({.code = "print(1)"}, key));

  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(waiting(), 1u);
  store::Idempotency other{"key", "print(2)"};
  auto conflict = run(service_->submit({.code = "print(2)"}, other));
  ASSERT_FALSE(conflict);
  EXPECT_EQ(conflict.error().code, Errc::conflict);
}

TEST_F(JobServiceTest, SubmitsAJobAgainAsANewOneAndOnceForAKey) {
  const auto id = submit({.code = "print(1)", .stdin_bytes = "in", .priority = 7});
  ASSERT_TRUE(id);
  finish(*id);
  const job::Job before = store_.jobs.at(*id);
  const store::Idempotency key{.key = "again", .fingerprint = id->text()};

  const auto again = run(service_->submit_again(*id, key));

  ASSERT_TRUE(again);
  EXPECT_NE(*again, *id);
  EXPECT_EQ(store_.jobs.at(*id), before);
  EXPECT_EQ(store_.jobs.at(*again).submission, before.submission);
  EXPECT_EQ(store_.jobs.at(*again).status, job::Status::pending);
  EXPECT_TRUE(run(save_->find(*again)));
  EXPECT_EQ(*run(service_->submit_again(*id, key)), *again);
  const job::JobId unknown = job::JobId::make(clock_.now());
  EXPECT_EQ(run(service_->submit_again(unknown, std::nullopt)).error().code, Errc::not_found);
}

TEST_F(JobServiceTest, AcceptsABatchAsAWholeAndOnce) {
  store::Idempotency key{"key", "batch"};
  std::vector<SubmissionRequest> requests{{.code = "1"}, {.code = "2"}};

  auto first = run(service_->submit_batch(requests, key));
  auto second = run(service_->submit_batch(requests, key));

  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_EQ(first->size(), 2u);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(store_.jobs.size(), 2u);
}

TEST_F(JobServiceTest, NamesTheJobOfABatchThatIsWrong) {
  std::vector<SubmissionRequest> requests{{.code = "1"}, {.code = "2"}};
  requests[1].limits.cpu_time = 1h;

  auto ids = run(service_->submit_batch(requests, std::nullopt));

  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().field, "jobs[1].limits.cpuTimeMs");
  EXPECT_TRUE(store_.jobs.empty());
}

TEST_F(JobServiceTest, WaitReturnsThePublishedResultWithoutReadingTheStore) {
  auto id = submit();
  auto waited = begin(service_->wait(*id, 10s));
  ASSERT_FALSE(waited->has_value());

  finish(*id);

  run_until_set(waited);
  EXPECT_EQ((**waited)->status, job::Status::completed);
  EXPECT_EQ(store_.finds, 0);
}

TEST_F(JobServiceTest, WaitFindsAResultThatWasThereBefore) {
  auto id = submit();
  finish(*id);

  auto job = run(service_->wait(*id, 10s));

  ASSERT_TRUE(job);
  EXPECT_EQ(job->status, job::Status::completed);
}

TEST_F(JobServiceTest, WaitReturnsTheJobAsItIsWhenItsTimeIsUp) {
  auto id = submit();

  auto job = run(service_->wait(*id, 1ms));

  ASSERT_TRUE(job);
  EXPECT_EQ(job->status, job::Status::pending);
}

TEST_F(JobServiceTest, BoundsTheNumberOfWaiters) {
  make({.waiters_max = 1});
  auto id = submit();
  auto waited = begin(service_->wait(*id, 10s));

  auto refused = run(service_->wait(*id, 10s));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::full);
  finish(*id);
  run_until_set(waited);
}

TEST_F(JobServiceTest, WaitHearsOfAResultFromAnotherProcessByTheQueue) {
  make({.workers = Workers::elsewhere});
  auto id = submit();
  auto waited = begin(service_->wait(*id, 10s));
  auto lease = run(save_->claim("elsewhere"));
  ASSERT_TRUE(lease);
  ASSERT_TRUE(run(store_.finish(*id, {.reason = job::Reason::compile_error}, clock_.now())));

  ASSERT_TRUE(run(save_->complete(*lease, "{}")));

  run_until_set(waited);
  EXPECT_EQ((**waited)->outcome->reason, job::Reason::compile_error);
}

TEST_F(JobServiceTest, ARepeatedRequestBringsItsJobIntoTheQueueThatItsServiceDiedBeforePushing) {
  const store::Idempotency key{.key = "key", .fingerprint = "same"};
  auto first = run(service_->submit({.code = "print(1)"}, key));
  ASSERT_TRUE(first);
  ASSERT_TRUE(run(save_->remove(*first)));

  auto again = run(service_->submit({.code = "print(1)"}, key));

  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(waiting(), 1u);
}

TEST_F(JobServiceTest, WhereWorkersAreElsewhereALostEventDelaysAWaitAndDoesNotLoseIt) {
  make({.workers = Workers::elsewhere, .wait_recheck = 20ms});
  auto id = submit();
  auto waited = begin(service_->wait(*id, 10s));
  ASSERT_TRUE(run(store_.finish(*id, {.reason = job::Reason::runtime_error}, clock_.now())));

  run_until_set(waited);
  EXPECT_EQ((**waited)->outcome->reason, job::Reason::runtime_error);
}

TEST_F(JobServiceTest, CancelsAJobThatStillWaits) {
  auto id = submit();
  auto waited = begin(service_->wait(*id, 10s));

  auto job = run(service_->cancel(*id));

  ASSERT_TRUE(job);
  EXPECT_EQ(job->outcome->reason, job::Reason::cancelled);
  EXPECT_EQ(waiting(), 0u);
  run_until_set(waited);
  EXPECT_EQ((**waited)->outcome->reason, job::Reason::cancelled);
}

TEST_F(JobServiceTest, CancelOfAFinalJobIsAConflict) {
  auto id = submit();
  finish(*id);

  auto job = run(service_->cancel(*id));

  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code, Errc::conflict);
}

TEST_F(JobServiceTest, CancelOfARunningJobAnswersWithItsResult) {
  auto id = submit();
  running_.running = true;
  auto cancelled = begin(service_->cancel(*id));
  ASSERT_FALSE(cancelled->has_value());

  finish(*id, {.reason = job::Reason::cancelled, .stdout_bytes = "so far"});

  run_until_set(cancelled);
  ASSERT_TRUE(**cancelled);
  EXPECT_EQ((**cancelled)->outcome->stdout_bytes, "so far");
}

TEST_F(JobServiceTest, CancelThatComesAfterTheRunEndedIsAConflict) {
  auto id = submit();
  running_.running = true;
  auto cancelled = begin(service_->cancel(*id));

  finish(*id);

  run_until_set(cancelled);
  ASSERT_FALSE(**cancelled);
  EXPECT_EQ((**cancelled).error().code, Errc::conflict);
}

TEST_F(JobServiceTest, CancelEndsAJobWhoseRunDoesNotEnd) {
  make({.cancel_wait_max = 1ms});
  auto id = submit();
  running_.running = true;

  auto job = run(service_->cancel(*id));

  ASSERT_TRUE(job);
  EXPECT_EQ(job->outcome->reason, job::Reason::cancelled);
}

SubmissionRequest with_callback(std::string url) {
  return {.code = "print(1)", .callback_url = std::move(url)};
}

TEST_F(JobServiceTest, RefusesACallbackWhereItCannotBeSigned) {
  auto id = submit(with_callback("https://example.org/"));

  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, Errc::invalid);
  EXPECT_EQ(id.error().field, "callbackUrl");
  EXPECT_THAT(id.error().detail, HasSubstr("--callback-secret"));
}

TEST_F(JobServiceTest, NamesTheFieldOfACallbackThatIsNotServed) {
  make({.callbacks = true});
  for (const char* url : {"nowhere", "http://127.1/", "http://169.254.169.254/"}) {
    auto id = submit(with_callback(url));
    ASSERT_FALSE(id) << url;
    EXPECT_EQ(id.error().field, "callbackUrl");
  }
  EXPECT_TRUE(submit(with_callback("https://example.org/")));

  make({.callbacks = true, .callback_reach = callback::Reach::private_too});
  EXPECT_TRUE(submit(with_callback("http://127.1/")));
  EXPECT_FALSE(submit(with_callback("http://169.254.169.254/")));
}

TEST_F(JobServiceTest, TellsThatACallbackIsDue) {
  make({.callbacks = true});
  auto plain = submit();
  auto calling = submit(with_callback("https://example.org/"));

  finish(*plain);
  EXPECT_EQ(callbacks_due_, 0);
  finish(*calling);
  EXPECT_EQ(callbacks_due_, 1);
}

TEST_F(JobServiceTest, WhereWorkersAreElsewhereTellsOfThoseThatItAccepted) {
  make({.workers = Workers::elsewhere, .callbacks = true});
  const std::vector ids{*submit(), *submit(with_callback("https://example.org/")),
                        job::JobId::make(clock_.now())};
  ASSERT_TRUE(run(save_->push(ids[2], {})));

  for (int i = 0; i < 3; ++i) {
    auto lease = run(save_->claim("worker"));
    ASSERT_TRUE(lease);
    ASSERT_TRUE(run(save_->complete(*lease, "{}")));
  }

  EXPECT_EQ(callbacks_due_, 1);
}

TEST_F(JobServiceTest, ACancelOfAJobThatWaitsCallsBackToo) {
  make({.callbacks = true});
  auto id = submit(with_callback("https://example.org/"));

  ASSERT_TRUE(run(service_->cancel(*id)));

  EXPECT_EQ(callbacks_due_, 1);
  EXPECT_EQ(store_.callbacks.at(*id).due_at, clock_.now());
}

TEST_F(JobServiceTest, IsNotReadyWhileTheStoreIsAway) {
  EXPECT_TRUE(run(service_->check_ready()));

  store_.away = true;

  auto ready = run(service_->check_ready());
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace code_exec::service
