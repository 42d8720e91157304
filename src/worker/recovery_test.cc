#include "worker/recovery.h"

#include "worker/worker_for_test.h"

namespace code_exec::worker {
namespace {

using RecoveryTest = WorkerTest;

TEST_F(RecoveryTest, RunsEverythingThatIsNotFinal) {
  const auto pending = leave_in_store(job::Status::pending, 0);
  const auto running = leave_in_store(job::Status::running, 1);

  start();

  EXPECT_EQ(reason(pending), job::Reason::none);
  EXPECT_EQ(reason(running), job::Reason::none);
  EXPECT_EQ(stored(running).runs, 2);
}

TEST_F(RecoveryTest, PutsWhatWasRunningFirst) {
  sandbox_.hold = true;
  options_.save_concurrency = 0;
  make();
  const auto pending = leave_in_store(job::Status::pending, 0);
  const auto running = leave_in_store(job::Status::running, 1);

  start();
  settle();

  auto entries = run(save_->list(queue::State::waiting, 0, 10, queue::Order::oldest_first));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].id, running);
  EXPECT_EQ((*entries)[1].id, pending);
}

TEST_F(RecoveryTest, KeepsPriorities) {
  options_.save_concurrency = 0;
  make();
  const auto id = leave_in_store(job::Status::pending, 0);
  store_.jobs.at(id).submission.priority = 7;

  start();
  settle();

  auto entry = run(save_->find(id));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->options.priority, 7u);
}

TEST_F(RecoveryTest, EndsAJobThatKilledItsWorkerThreeTimes) {
  const auto id = leave_in_store(job::Status::running, job::runs_max);

  start();

  EXPECT_EQ(reason(id), job::Reason::internal_error);
  EXPECT_TRUE(sandbox_.specs.empty());
}

TEST_F(RecoveryTest, LeavesAloneWhatAQueueStillHas) {
  options_.recover_every = 10s;  // as often as leases are renewed
  make();
  sandbox_.hold = true;
  start();
  auto id = submit();
  ASSERT_TRUE(begun(1));
  settle();
  store_.jobs.at(id).runs = job::runs_max;  // this is its last run, and it goes on

  for (int i = 0; i < 4; ++i) {
    clock_.advance(10s);
    settle();
  }

  EXPECT_FALSE(is_final(id));
  sandbox_.release();
  EXPECT_EQ(reason(id), job::Reason::none);
}

TEST_F(RecoveryTest, EndsAJobWhoseEntryFailedForGood) {
  const auto id = leave_in_store(job::Status::running, 1);
  ASSERT_TRUE(run(exec_->push(id, {})));
  auto lease = run(exec_->claim("another"));
  ASSERT_TRUE(lease);
  ASSERT_TRUE(run(exec_->fail(*lease, "job stalled", queue::FailAs::final)));

  start();

  EXPECT_EQ(reason(id), job::Reason::internal_error);
  EXPECT_NE(stored(id).outcome->message.find("job stalled"), std::string::npos);
}

TEST_F(RecoveryTest, FillsTheQueueAgainAsRoomIsMade) {
  queue_max_ = 2;
  make();
  std::vector<job::JobId> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(leave_in_store(job::Status::pending, 0));

  start();

  for (const auto& id : ids) EXPECT_EQ(reason(id), job::Reason::none);
}

TEST_F(RecoveryTest, FindsAJobThatTheQueuesLost) {
  start();
  settle();
  const auto id = leave_in_store(job::Status::pending, 0);

  clock_.advance(options_.recover_every);

  EXPECT_EQ(reason(id), job::Reason::none);
}

TEST_F(RecoveryTest, IsNotReadyUntilTheQueuesHoldEverythingAgain) {
  leave_in_store(job::Status::pending, 0);
  store_.away = true;
  start();
  settle();
  EXPECT_EQ(worker_->check_ready().error().code, Errc::unavailable);

  store_.away = false;
  clock_.advance(100ms);

  EXPECT_TRUE(eventually([&] { return bool(worker_->check_ready()); }));
}

TEST_F(RecoveryTest, TriesAgainWhenTheStoreIsAwayAtTheStart) {
  const auto id = leave_in_store(job::Status::pending, 0);
  store_.away = true;
  start();
  settle();

  store_.away = false;
  clock_.advance(100ms);

  EXPECT_EQ(reason(id), job::Reason::none);
}

TEST_F(RecoveryTest, ARunGivenBackIsTakenUpByTheNextProcess) {
  sandbox_.hold = true;
  start();
  auto id = submit();
  ASSERT_TRUE(begun(1));
  settle();
  stop();
  sandbox_.release();

  make();
  start();

  EXPECT_EQ(reason(id), job::Reason::none);
  EXPECT_EQ(stored(id).runs, 1);
}

}  // namespace
}  // namespace code_exec::worker
