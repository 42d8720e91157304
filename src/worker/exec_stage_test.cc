#include "worker/worker_for_test.h"

namespace code_exec::worker {
namespace {

using ExecStageTest = WorkerTest;

TEST_F(ExecStageTest, RunsASubmittedJobToItsResult) {
  start();
  auto id = submit({.code = "print(1)", .stdin_bytes = "in", .args = {"a", "b"}, .files = {{"data", "x"}}});

  auto job = run(service_->wait(id, 10s));

  ASSERT_TRUE(job);
  EXPECT_EQ(job->status, job::Status::completed);
  EXPECT_EQ(job->outcome->stdout_bytes, "hello\n");
  EXPECT_EQ(*job, stored(id));
  EXPECT_EQ(job->runs, 1);
  const sandbox::Spec& spec = sandbox_.specs.front();
  EXPECT_EQ(spec.argv, (std::vector<std::string>{"/usr/bin/python3", "main.py", "a", "b"}));
  EXPECT_EQ(spec.environment, std::vector<std::string>{"PYTHONHASHSEED=0"});
  EXPECT_EQ(spec.stdin_bytes, "in");
  ASSERT_EQ(spec.files.size(), 2u);
  EXPECT_EQ(spec.files[0].name, "main.py");
  EXPECT_EQ(spec.files[0].content, "print(1)");
  EXPECT_EQ(spec.files[1].name, "data");
}

TEST_F(ExecStageTest, ReadsNothingBackForAJobOfItsOwnProcess) {
  start();
  settle();
  store_.finds = 0;
  sandbox_.hold = true;
  auto id = submit();
  std::optional<job::Job> job;
  net::co_spawn(loop_, service_->wait(id, 10s), [&](std::exception_ptr, Result<job::Job> waited) {
    ASSERT_TRUE(waited);
    job = *waited;
  });
  ASSERT_TRUE(begun(1));

  sandbox_.release();

  EXPECT_TRUE(eventually([&] { return job.has_value(); }));

  EXPECT_EQ(store_.finds, 0);
}

TEST_F(ExecStageTest, LeavesTheBoardAValueAndRemovesTheFile) {
  start();
  auto id = submit();
  ASSERT_TRUE(run(service_->wait(id, 10s)));
  ASSERT_TRUE(eventually([&] { return !fs::exists(source_of(id)); }));

  auto entry = run(exec_->find(id));

  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->state, queue::State::completed);
  EXPECT_EQ(entry->return_value, R"({"status":"completed","reason":null})");
}

TEST_F(ExecStageTest, StopsARunThatIsCancelled) {
  sandbox_.hold = true;
  start();
  auto id = submit();
  ASSERT_TRUE(begun(1));

  auto job = run(service_->cancel(id));

  ASSERT_TRUE(job);
  EXPECT_EQ(job->outcome->reason, job::Reason::cancelled);
  EXPECT_EQ(*job, stored(id));
}

TEST_F(ExecStageTest, TakesTheNextJobWhileAResultIsBeingStored) {
  options_.exec_concurrency = 1;
  make();
  start();
  sandbox_.hold = true;
  auto first = submit();
  ASSERT_TRUE(begun(1));
  auto second = submit();
  settle();
  store_.away = true;
  sandbox_.release();

  EXPECT_TRUE(begun(2));

  store_.away = false;
  clock_.advance(10s);
  EXPECT_EQ(reason(first), job::Reason::none);
  EXPECT_EQ(reason(second), job::Reason::none);
}

TEST_F(ExecStageTest, KeepsAResultWhileTheStoreIsAway) {
  sandbox_.hold = true;
  start();
  auto id = submit();
  ASSERT_TRUE(begun(1));
  settle();
  store_.away = true;
  sandbox_.release();
  ASSERT_TRUE(eventually([&] { return store_.finishes == 1; }));
  clock_.advance(100ms);
  ASSERT_TRUE(eventually([&] { return store_.finishes == 2; }));

  store_.away = false;
  clock_.advance(200ms);

  EXPECT_EQ(reason(id), job::Reason::none);
  EXPECT_EQ(sandbox_.specs.size(), 1u);
}

TEST_F(ExecStageTest, LetsARunEndWithinTheDrain) {
  sandbox_.hold = true;
  start();
  auto id = submit();
  ASSERT_TRUE(begun(1));
  settle();
  bool stopped = false;
  net::co_spawn(loop_, worker_->stop(5s), [&](std::exception_ptr, Result<void>) { stopped = true; });
  settle();
  ASSERT_FALSE(stopped);

  sandbox_.release();

  EXPECT_TRUE(eventually([&] { return stopped; }));
  EXPECT_EQ(stored(id).status, job::Status::completed);
}

TEST_F(ExecStageTest, GivesBackWhatTheDrainDidNotFinish) {
  sandbox_.hold = true;
  start();
  auto id = submit();
  ASSERT_TRUE(begun(1));
  settle();
  bool stopped = false;
  net::co_spawn(loop_, worker_->stop(5s), [&](std::exception_ptr, Result<void>) { stopped = true; });
  settle();
  ASSERT_FALSE(stopped);

  clock_.advance(5s);

  EXPECT_TRUE(eventually([&] { return stopped; }));
  EXPECT_EQ(stored(id).status, job::Status::pending);
  EXPECT_EQ(stored(id).runs, 0);
  EXPECT_EQ(state(*exec_, id), queue::State::waiting);
}

TEST_F(ExecStageTest, StopsAtTheEndOfTheDrainAlsoWhileTheStoreIsAway) {
  sandbox_.hold = true;
  start();
  auto id = submit();
  ASSERT_TRUE(begun(1));
  settle();
  store_.away = true;
  sandbox_.release();
  ASSERT_TRUE(eventually([&] { return store_.finishes == 1; }));
  bool stopped = false;
  net::co_spawn(loop_, worker_->stop(5s), [&](std::exception_ptr, Result<void>) { stopped = true; });
  settle();
  ASSERT_FALSE(stopped);

  clock_.advance(5s);

  EXPECT_TRUE(eventually([&] { return stopped; }));
  EXPECT_EQ(stored(id).status, job::Status::running);
}

TEST_F(ExecStageTest, TriesAgainAfterAnErrorOfTheSandbox) {
  sandbox_.program = [&](const sandbox::Spec& spec) -> Result<sandbox::RunResult> {
    if (sandbox_.specs.size() == 1) return Error{Errc::unavailable, "the host died", {}};
    return sandbox::FakeSandbox::print("second\n")(spec);
  };
  start();
  auto id = submit();
  ASSERT_TRUE(eventually([&] { return state(*exec_, id) == queue::State::delayed; }));

  clock_.advance(1s);

  EXPECT_EQ(reason(id), job::Reason::none);
  EXPECT_EQ(stored(id).outcome->stdout_bytes, "second\n");
  EXPECT_EQ(stored(id).runs, 2);
}

TEST_F(ExecStageTest, EndsAJobAsInternalErrorWhenTheSandboxKeepsFailing) {
  sandbox_.program = [](const sandbox::Spec&) -> Result<sandbox::RunResult> {
    return Error{Errc::internal, "no namespace", {}};
  };
  start();
  auto id = submit();
  for (std::size_t attempt = 1; attempt < 3; ++attempt) {
    ASSERT_TRUE(begun(attempt));
    ASSERT_TRUE(eventually([&] { return state(*exec_, id) == queue::State::delayed; }));
    clock_.advance(10s);
  }

  EXPECT_EQ(reason(id), job::Reason::internal_error);
  EXPECT_NE(stored(id).outcome->message.find("no namespace"), std::string::npos);
}

TEST_F(ExecStageTest, DoesNotRunAJobThatKilledItsWorkerThreeTimes) {
  const auto id = leave_in_store(job::Status::running, 3);
  ASSERT_TRUE(run(exec_->push(id, {})));

  start();

  EXPECT_EQ(reason(id), job::Reason::internal_error);
  EXPECT_TRUE(sandbox_.specs.empty());
}

TEST_F(ExecStageTest, KeepsTheLeaseOfALongRun) {
  sandbox_.hold = true;
  start();
  auto id = submit();
  ASSERT_TRUE(begun(1));
  for (int i = 0; i < 10; ++i) {
    settle();
    clock_.advance(10s);
  }
  settle();

  EXPECT_EQ(state(*exec_, id), queue::State::active);
  EXPECT_EQ(sandbox_.specs.size(), 1u);
  sandbox_.release();
  EXPECT_EQ(reason(id), job::Reason::none);
}

TEST_F(ExecStageTest, StopsARunWhoseJobWasEndedElsewhere) {
  sandbox_.hold = true;
  start();
  auto id = submit();
  ASSERT_TRUE(begun(1));
  settle();
  ASSERT_TRUE(
      run(store_.finish(id, {.reason = job::Reason::cancelled, .message = "elsewhere"}, clock_.now())));

  clock_.advance(10s);

  EXPECT_TRUE(eventually([&] { return state(*exec_, id) == queue::State::completed; }));
  EXPECT_EQ(stored(id).outcome->message, "elsewhere");
}

TEST_F(ExecStageTest, SkipsAJobThatIsFinal) {
  const auto id = leave_in_store(job::Status::completed, 1);
  store_.jobs.at(id).outcome = sandbox::FakeSandbox::completed("");
  ASSERT_TRUE(run(exec_->push(id, {})));

  start();

  EXPECT_TRUE(eventually([&] { return state(*exec_, id) == queue::State::completed; }));
  EXPECT_TRUE(sandbox_.specs.empty());
}

TEST_F(ExecStageTest, CountsWhatItDid) {
  start();
  ASSERT_TRUE(run(service_->wait(submit(), 10s)));

  std::set<std::string> names;
  for (const auto& family : metrics_.Collect()) names.insert(family.name);

  for (const char* name :
       {"code_exec_jobs_total", "code_exec_queue_depth", "code_exec_stage_seconds", "code_exec_slots",
        "code_exec_slots_replaced_total", "code_exec_jobs_submitted_total"})
    EXPECT_TRUE(names.contains(name)) << name;
}

TEST_F(ExecStageTest, SweepsOldJobsOnceAMinute) {
  start();
  auto id = submit();
  EXPECT_EQ(reason(id), job::Reason::none);
  settle();

  clock_.advance(std::chrono::days(8));

  EXPECT_TRUE(eventually([&] { return !store_.jobs.contains(id); }));
}

}  // namespace
}  // namespace code_exec::worker
