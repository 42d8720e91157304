// The way of a job through real parts: SQLite, local queues, both stages. Only the programs are played.
#include "store/sqlite_store.h"
#include "worker/worker_for_test.h"

namespace code_exec::worker {
namespace {

class PipelineTest : public WorkerTest {
 protected:
  PipelineTest() { open(); }
  ~PipelineTest() override {
    sandbox_.release();
    stop();
    EXPECT_TRUE(run(sqlite_->stop()));
    worker_.reset();
    service_.reset();
  }
  void open() {
    store::SqliteOptions options{.file = directory_ / "jobs.db", .executor = loop_.get_executor()};
    auto opened = store::open_sqlite_store(options);
    ASSERT_TRUE(opened) << opened.error().detail;
    sqlite_ = *std::move(opened);
    used_store_ = sqlite_.get();
    make();
  }
  // As main does it on SIGTERM and at the next start.
  void restart() {
    stop();
    EXPECT_TRUE(run(sqlite_->stop()));
    service_.reset();
    worker_.reset();
    sqlite_.reset();
    open();
    start();
  }
  job::Job wait_for(const job::JobId& id) {
    auto job = run(service_->wait(id, 10s));
    EXPECT_TRUE(job);
    return *job;
  }

  std::unique_ptr<store::JobStore> sqlite_;
};

TEST_F(PipelineTest, AnnouncesExactlyWhatItStores) {
  start();
  auto id = submit({.code = "print(1)", .stdin_bytes = "x", .args = {"a"}, .files = {{"f", "content"}}});

  const job::Job announced = wait_for(id);

  auto read = run(service_->result(id));
  ASSERT_TRUE(read);
  EXPECT_EQ(announced, *read);
}

TEST_F(PipelineTest, FinishesManyJobsAtOnce) {
  start();
  sandbox_.program = compiler("elf", "");
  std::vector<service::SubmissionRequest> requests;
  for (int i = 0; i < 100; ++i)
    requests.push_back({.language = i % 2 ? "c" : "python", .code = std::to_string(i % 7)});
  auto ids = run(service_->submit_batch(requests, std::nullopt));
  ASSERT_TRUE(ids);

  for (const auto& id : *ids) EXPECT_EQ(wait_for(id).status, job::Status::completed);
}

TEST_F(PipelineTest, RunsAfterARestartWhatWasWaitingAndWhatWasRunning) {
  sandbox_.hold = true;
  start();
  std::vector<job::JobId> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(submit());
  ASSERT_TRUE(begun(2));

  restart();
  sandbox_.release();

  for (const auto& id : ids) {
    const job::Job job = wait_for(id);
    EXPECT_EQ(job.status, job::Status::completed);
    EXPECT_EQ(job.runs, 1);
  }
}

TEST_F(PipelineTest, CancelsAJobThatRunsAndOneThatWaits) {
  options_.exec_concurrency = 1;
  make();
  sandbox_.hold = true;
  start();
  auto running = submit();
  ASSERT_TRUE(begun(1));
  auto waiting = submit();

  for (const auto& id : {waiting, running}) {
    auto job = run(service_->cancel(id));
    ASSERT_TRUE(job);
    EXPECT_EQ(job->outcome->reason, job::Reason::cancelled);
  }
  sandbox_.release();
  EXPECT_EQ(sandbox_.specs.size(), 1u);
}

}  // namespace
}  // namespace code_exec::worker
