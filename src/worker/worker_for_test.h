// worker/worker_for_test.h - a worker and a service on one loop, with local queues, a fake clock, store and
// sandbox, in a directory of their own.
#pragma once

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/fake_clock.h"
#include "base/run_for_test.h"
#include "queue/local_queue.h"
#include "sandbox/fake_sandbox.h"
#include "store/fake_store.h"
#include "worker/worker.h"

namespace code_exec::worker {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() {
    std::string name = (fs::temp_directory_path() / "code-exec-worker-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    options_.codes_directory = directory_ / "codes";
    options_.cache_directory = directory_ / "cache";
    options_.exec_concurrency = 2;
    options_.save_concurrency = 2;
    make();
  }
  ~WorkerTest() override {
    sandbox_.release();
    stop();
    pool_.join();
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }

  // Queues, worker and service as a process has them that has just started; the store remains.
  void make() {
    service_.reset();
    worker_.reset();
    stop_queues();
    queue::QueueOptions save{.name = "code-save", .unfinished_max = queue_max_};
    queue::QueueOptions exec{.name = "code-exec", .unfinished_max = queue_max_};
    save_ = queue::make_local_queue(save, loop_.get_executor(), clock_);
    exec_ = queue::make_local_queue(exec, loop_.get_executor(), clock_);
    WorkerParts parts{loop_.get_executor(),
                      clock_,
                      *used_store_,
                      *save_,
                      *exec_,
                      runtimes_,
                      sandbox_,
                      live_,
                      pool_,
                      metrics_};
    auto made = make_worker(parts, options_);
    ASSERT_TRUE(made) << made.error().detail;
    worker_ = *std::move(made);
    service::ServiceParts service_parts{
        loop_.get_executor(), clock_, *used_store_, *save_, *exec_, runtimes_, *worker_, live_, metrics_};
    service_ = service::make_job_service(service_parts, {});
  }
  void start() { ASSERT_TRUE(run(worker_->start(service_->final_results()))); }
  void stop(std::chrono::milliseconds drain = 0ms) {
    if (!worker_) return;
    EXPECT_TRUE(run(worker_->stop(drain)));
    EXPECT_TRUE(run(service_->stop()));
    stop_queues();
  }
  void stop_queues() {
    for (auto* queue : {save_.get(), exec_.get()}) {
      if (queue) {
        EXPECT_TRUE(run(queue->stop()));
      }
    }
  }

  template <class T>
  Result<T> run(Task<T> task) {
    return run_to_end(loop_, std::move(task));
  }
  bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      loop_.restart();
      if (loop_.run_one_until(deadline) == 0) break;
    }
    return condition();
  }
  // Runs until nothing is left to do but wait for a timer.
  void settle() {
    loop_.restart();
    while (loop_.poll() > 0) loop_.restart();
  }

  job::JobId submit(service::SubmissionRequest request = {.code = "print(1)"}) {
    auto id = run(service_->submit(std::move(request), std::nullopt));
    EXPECT_TRUE(id) << id.error().detail;
    return *id;
  }
  // A job that the store has and nothing else knows: as after a restart.
  job::JobId leave_in_store(job::Status status, int runs, std::string language = "python") {
    job::Job job{.id = job::JobId::make(clock_.now()), .created_at = clock_.now() - 1s};
    job.submission.language = std::move(language);
    job.submission.code = "print(1)";
    job.status = status;
    job.runs = runs;
    store_.jobs.emplace(job.id, job);
    return job.id;
  }
  const job::Job& stored(const job::JobId& id) { return store_.jobs.at(id); }
  bool is_final(const job::JobId& id) { return job::is_final(stored(id).status); }
  job::Reason reason(const job::JobId& id) {
    EXPECT_TRUE(eventually([&] { return is_final(id); }));
    return stored(id).outcome ? stored(id).outcome->reason : job::Reason::none;
  }
  bool begun(std::size_t runs) {
    return eventually([&] { return sandbox_.specs.size() >= runs; });
  }
  queue::State state(queue::Queue& queue, const job::JobId& id) {
    auto entry = run(queue.find(id));
    EXPECT_TRUE(entry);
    return entry->state;
  }
  fs::path source_of(const job::JobId& id) { return directory_ / "codes" / "python" / (id.text() + ".py"); }

  // A compiler that makes `artifact` and says `output`; programs print what they were compiled to.
  static sandbox::FakeSandbox::Program compiler(std::string artifact, std::string output) {
    return [=](const sandbox::Spec& spec) -> Result<sandbox::RunResult> {
      sandbox::RunResult result;
      result.outcome = sandbox::FakeSandbox::completed(spec.files.front().content);
      if (spec.collect.empty()) return result;
      result.outcome.stdout_bytes.clear();
      result.outcome.stderr_bytes = output;
      result.collected = artifact;
      return result;
    };
  }
  static runtime::Registry runtimes() {
    runtime::Runtime c{.name = "c", .source_file = "main.c", .run_argv = {"./main"}};
    c.compile = runtime::Compile{.argv = {"/usr/bin/cc", "main.c"}, .artifact = "main"};
    runtime::Runtime python{.name = "python", .source_file = "main.py"};
    python.run_argv = {"/usr/bin/python3", "main.py"};
    python.environment = {{"PYTHONHASHSEED", "0"}};
    return runtime::Registry::of({c, python});
  }

  fs::path directory_;
  std::size_t queue_max_ = 1000;
  net::io_context loop_;
  net::thread_pool pool_{1};
  FakeClock clock_;
  store::FakeStore store_;
  store::JobStore* used_store_ = &store_;  // by the next make()
  runtime::Registry runtimes_ = runtimes();
  prometheus::Registry metrics_;
  live::LiveRuns live_;
  sandbox::FakeSandbox sandbox_{loop_.get_executor()};
  WorkerOptions options_;
  std::unique_ptr<queue::Queue> save_;
  std::unique_ptr<queue::Queue> exec_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<service::JobService> service_;
};

}  // namespace code_exec::worker
