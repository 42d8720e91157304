// worker/worker.h - takes jobs from the queues, saves and compiles them, runs them in the sandbox and writes
// what became of them to the store. Belongs to the event loop thread.
//
//   code-save -> save stage: source as a file, compile (cached) -> code-exec -> exec stage: sandbox -> store
//
// Files are kept beneath the working directory: codes/<language>/<job id>.<ext> and cache/<key>.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "live/live_runs.h"
#include "queue/queue.h"
#include "runtime/runtime.h"
#include "sandbox/sandbox.h"
#include "service/service.h"
#include "store/store.h"

namespace code_exec::worker {

// All references must outlive the worker.
struct WorkerParts {
  net::any_io_executor executor;
  Clock& clock;
  store::JobStore& store;
  queue::Queue& save_queue;
  queue::Queue& exec_queue;
  const runtime::Registry& runtimes;
  sandbox::Sandbox& sandbox;
  live::LiveRuns& live;
  net::thread_pool& blocking;
  prometheus::Registry& metrics;
};

struct WorkerOptions {
  std::string name = "worker";       // how the queues show it
  std::size_t exec_concurrency = 4;  // runs at a time: the sandbox's slots
  // Jobs being saved at a time. Most of the time they wait for compilers, so that there are more than slots
  // keeps a few slow compilations from holding up jobs that have nothing to compile.
  std::size_t save_concurrency = 16;
  std::filesystem::path codes_directory = "codes";
  std::filesystem::path cache_directory = "cache";
  std::uint64_t cache_bytes_max = 512ULL << 20;
  std::size_t cache_count_max = 4096;
  std::uint64_t recent_bytes_max = 64ULL << 20;  // of jobs kept in memory between the stages
  store::Retention retention;
  std::chrono::milliseconds sweep_every = std::chrono::minutes(1);
  std::chrono::milliseconds recover_every = std::chrono::minutes(5);  // looks for jobs missing in the queues
  std::chrono::milliseconds measure_every = std::chrono::seconds(5);  // queue depth and slots
  std::chrono::milliseconds watch_every = std::chrono::seconds(10);   // whether the queues have lost entries
};

class Worker : public service::RunningJobs {
 public:
  // Ends the job's run, if it is running here or about to; says whether it is.
  virtual bool stop_run(const job::JobId& id) = 0;
  // Fills the queues from the store in the background and begins to claim. Final results are published to
  // `results`, which must outlive stop(). Call it once.
  virtual Task<void> start(service::FinalResults& results) = 0;
  // Errc::unavailable until the queues hold again what the process before left unfinished.
  virtual Result<void> check_ready() const = 0;
  // Claims nothing more and lets runs end by themselves for `drain`; what is left then is killed and given
  // back to the queue and the store as if it had not begun. The queues, the sandbox and the store must still
  // be there: stop them afterwards. May be called twice.
  virtual Task<void> stop(std::chrono::milliseconds drain) = 0;
};

// Makes the directories and reads the cache's; blocks. Errc::unavailable: they cannot be made or read.
Result<std::unique_ptr<Worker>> make_worker(WorkerParts parts, WorkerOptions options);

}  // namespace code_exec::worker
