// worker/job_steps.h - the steps every stage takes with a job and its lease: read it, end it, give it back.
// They stand between the store, which decides, and the queue, which only remembers who works on what.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/backoff.h"
#include "worker/active_jobs.h"
#include "worker/job_files.h"
#include "worker/recent_jobs.h"
#include "worker/worker.h"
#include "worker/worker_metrics.h"

namespace code_exec::worker {

// What the stages of one worker share. All belongs to the worker, which outlives the stages.
struct Shared {
  const WorkerParts& parts;
  const WorkerOptions& options;
  ActiveJobs& active;
  RecentJobs& recent;
  CompileCache& cache;
  JobFiles& files;
  WorkerMetrics& metrics;
  service::FinalResults* results = nullptr;  // set by start()
  TimePoint started_at{};
};

using ActivePtr = std::shared_ptr<ActiveJob>;  // see active_jobs.h for who shares it

enum class Finished {
  recorded,    // this result is the job's
  superseded,  // it had one already, or is gone; whoever waits was told
  given_up,    // the store is away and the worker has to stop; the next start runs the job again
};

class JobSteps {
 public:
  explicit JobSteps(Shared& shared) : shared_(shared) {}

  // The job to work on, from memory or the store, waiting while the store is away. nullptr: there is nothing
  // to do, and the lease has been dealt with.
  net::awaitable<std::shared_ptr<KnownJob>> known(ActivePtr active);
  // Counts a run as begun, waiting while the store is away; returns how many there were with it.
  // Errc::conflict: the job is final; Errc::not_found; Errc::cancelled: give back.
  Task<int> start(ActivePtr active, TimePoint at);
  // Writes the final result, keeping it and trying again for as long as the store is away; announces it.
  net::awaitable<Finished> finish(job::Job job, job::Outcome outcome);
  // finish(), then the queue entry and the saved file.
  net::awaitable<void> end(ActivePtr active, job::Job job, job::Outcome outcome);
  // The job is final or gone already: its waiters are told, its entry and file go.
  net::awaitable<void> drop(ActivePtr active, std::string language);
  // The entry is done with; `value` is JSON for the board.
  net::awaitable<void> complete(ActivePtr active, std::string value);
  // Something of ours failed: the queue tries again later. When it does not any more, the job ends.
  net::awaitable<void> fail(ActivePtr active, job::Job job, Error why);
  // What a stage's error means: give_back(), drop() or fail().
  net::awaitable<void> not_run(ActivePtr active, job::Job job, Error why);
  // Back to the queue; also to the store when a run had been counted.
  net::awaitable<void> give_back(ActivePtr active, bool counted);

 private:
  Task<job::Job> read(ActivePtr active);
  net::awaitable<void> announce(job::JobId id);
  net::awaitable<bool> wait_for_store(const ActiveJob& active, Backoff& backoff, const Error& why);

  Shared& shared_;
};

// {"status":"failed","reason":"time_limit"}; the reason is null when there is none.
std::string return_value(const job::Outcome& outcome);
job::Outcome internal_error(std::string message);

}  // namespace code_exec::worker
