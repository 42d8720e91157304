#include "worker/worker.h"

#include <utility>

#include "base/log.h"
#include "worker/exec_stage.h"
#include "worker/recovery.h"
#include "worker/save_stage.h"

namespace code_exec::worker {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t sweep_step = 500;  // jobs removed by one transaction

class LocalWorker final : public Worker {
 public:
  LocalWorker(WorkerParts parts, WorkerOptions options, std::unique_ptr<CompileCache> cache, JobFiles files)
      : parts_(parts),
        options_(std::move(options)),
        active_(parts.executor, parts.clock, parts.store),
        recent_(options_.recent_bytes_max),
        cache_(std::move(cache)),
        files_(std::move(files)),
        metrics_(parts.metrics),
        shared_{parts_, options_, active_, recent_, *cache_, files_, metrics_},
        steps_(shared_),
        compiler_(shared_, steps_),
        save_(shared_, steps_, compiler_),
        exec_(shared_, steps_, compiler_),
        background_(parts.executor),
        leases_(parts.executor),
        drain_(parts.executor) {}

  Task<void> start(service::FinalResults& results) override;
  Result<void> check_ready() const override;
  Task<void> stop(std::chrono::milliseconds drain) override;
  bool stop_run(const job::JobId& id) override;
  Task<bool> cancel(job::Job job) override { co_return stop_run(job.id); }
  void submitted(const job::Job& job) override;

 private:
  net::awaitable<void> recover();
  Task<void> rebuild();
  net::awaitable<void> watch_queues();
  Task<std::string> incarnation();
  net::awaitable<void> sweep();
  net::awaitable<void> measure();
  net::awaitable<void> give_back_after(std::chrono::milliseconds drain);

  WorkerParts parts_;
  WorkerOptions options_;
  ActiveJobs active_;
  RecentJobs recent_;
  std::unique_ptr<CompileCache> cache_;
  JobFiles files_;
  WorkerMetrics metrics_;
  Shared shared_;
  JobSteps steps_;
  Compiler compiler_;
  SaveStage save_;
  ExecStage exec_;
  bool recovered_ = false;
  bool stopping_ = false;
  bool drained_ = false;
  TaskGroup background_;
  TaskGroup leases_;
  TaskGroup drain_;
};

Task<void> LocalWorker::start(service::FinalResults& results) {
  shared_.results = &results;
  shared_.started_at = parts_.clock.now();
  metrics_.slots(parts_.sandbox.stats());
  leases_.spawn("renew code-save leases", active_.keep_leases(parts_.save_queue, drained_));
  leases_.spawn("renew code-exec leases", active_.keep_leases(parts_.exec_queue, drained_));
  background_.spawn("recover", recover());
  background_.spawn("watch queues", watch_queues());
  background_.spawn("sweep", sweep());
  background_.spawn("measure", measure());
  save_.start();
  exec_.start();
  co_return ok();
}

Result<void> LocalWorker::check_ready() const {
  if (recovered_) return ok();
  return Error{Errc::unavailable, "jobs from before the start are being put back into the queues", {}};
}

Task<void> LocalWorker::stop(std::chrono::milliseconds drain) {
  stopping_ = true;
  drain_.spawn("drain", give_back_after(drain));
  background_.cancel();
  save_.stop_claiming();
  exec_.stop_claiming();
  auto saved = co_await save_.join();
  auto executed = co_await exec_.join();
  auto background = co_await background_.join();
  auto drained = co_await drain_.stop();
  drained_ = true;
  auto leases = co_await leases_.stop();
  for (const auto* joined : {&saved, &executed, &background, &drained, &leases}) {
    if (!*joined) co_return joined->error();
  }
  co_return ok();
}

net::awaitable<void> LocalWorker::give_back_after(std::chrono::milliseconds drain) {
  co_await ignore_cancellation();
  auto slept = co_await pause(parts_.clock, drain);
  if (!slept) co_return;  // everything ended in time
  active_.give_back();
  save_.stop_claiming();
  exec_.stop_claiming();
  background_.cancel();
}

bool LocalWorker::stop_run(const job::JobId& id) {
  recent_.drop(id);
  return active_.cancel(id);
}

void LocalWorker::submitted(const job::Job& job) {
  recent_.put(KnownJob{.job = job, .compiled = nullptr});
}

net::awaitable<void> LocalWorker::recover() {
  co_await ignore_cancellation();
  Backoff backoff(100ms, 5s);
  while (!stopping_) {
    auto rebuilt = co_await rebuild();
    if (rebuilt) backoff.reset();
    if (stopping_) break;
    auto slept = co_await pause(parts_.clock, rebuilt ? options_.recover_every : backoff.next());
    if (!slept) break;
  }
}

Task<void> LocalWorker::rebuild() {
  auto counts = co_await rebuild_queues(shared_, steps_, stopping_);
  if (!counts) {
    if (counts.error().code != Errc::cancelled)
      log::warn("queues not rebuilt, will try again error={}", counts.error().detail);
    co_return counts.error();
  }
  recovered_ = true;
  if (counts->pushed + counts->ended > 0)
    log::info("queues rebuilt pushed={} present={} ended={}", counts->pushed, counts->present, counts->ended);
  co_return ok();
}

// A server that was emptied or restarted may have lost jobs, which do not wait for the next look then.
net::awaitable<void> LocalWorker::watch_queues() {
  co_await ignore_cancellation();
  std::string known;
  while (!stopping_) {
    auto now = co_await incarnation();
    if (now && !known.empty() && *now != known) {
      log::warn("the queues' server was restarted or emptied: looking for jobs that it has lost");
      auto rebuilt = co_await rebuild();
      if (!rebuilt) now = rebuilt.error();
    }
    if (now) known = *std::move(now);
    if (stopping_) break;
    auto slept = co_await pause(parts_.clock, options_.watch_every);
    if (!slept) break;
  }
}

Task<std::string> LocalWorker::incarnation() {
  auto save = co_await parts_.save_queue.incarnation();
  if (!save) co_return save.error();
  auto exec = co_await parts_.exec_queue.incarnation();
  if (!exec) co_return exec.error();
  co_return *save + " " + *exec;
}

net::awaitable<void> LocalWorker::sweep() {
  co_await ignore_cancellation();
  while (!stopping_) {
    auto slept = co_await pause(parts_.clock, options_.sweep_every);
    if (!slept) break;
    std::size_t removed = 0;
    for (std::size_t step = sweep_step; step == sweep_step && !stopping_; removed += step) {
      auto swept = co_await parts_.store.sweep(options_.retention, parts_.clock.now(), sweep_step);
      if (!swept) log::warn("sweep failed error={}", swept.error().detail);
      step = swept ? *swept : 0;
    }
    if (removed > 0) log::info("old jobs removed count={}", removed);
  }
}

// Sampled, because a scrape cannot wait for a queue that is on another machine.
net::awaitable<void> LocalWorker::measure() {
  co_await ignore_cancellation();
  while (!stopping_) {
    for (queue::Queue* queue : {&parts_.save_queue, &parts_.exec_queue}) {
      auto counts = co_await queue->counts();
      if (counts) metrics_.depth(queue->options().name, *counts);
    }
    metrics_.slots(parts_.sandbox.stats());
    if (stopping_) break;
    auto slept = co_await pause(parts_.clock, options_.measure_every);
    if (!slept) break;
  }
}

}  // namespace

Result<std::unique_ptr<Worker>> make_worker(WorkerParts parts, WorkerOptions options) {
  CompileCacheOptions cache_options{.directory = options.cache_directory,
                                    .bytes_max = options.cache_bytes_max,
                                    .count_max = options.cache_count_max};
  auto cache = CompileCache::open(std::move(cache_options), parts.executor, parts.blocking);
  if (!cache) return cache.error();
  auto files = JobFiles::open(options.codes_directory, parts.runtimes);
  if (!files) return files.error();
  return std::unique_ptr<Worker>(
      std::make_unique<LocalWorker>(parts, std::move(options), *std::move(cache), *std::move(files)));
}

}  // namespace code_exec::worker
