#include "worker/save_stage.h"

#include "base/log.h"

namespace code_exec::worker {

using namespace std::chrono_literals;

SaveStage::SaveStage(Shared& shared, JobSteps& steps, Compiler& compiler)
    : shared_(shared),
      steps_(steps),
      compiler_(compiler),
      loops_(shared.parts.executor, shared.parts.clock, shared.parts.save_queue, shared.options.name) {}

void SaveStage::start() {
  loops_.start(shared_.options.save_concurrency,
               [this](queue::Lease lease) { return handle(std::move(lease)); });
}

net::awaitable<void> SaveStage::handle(queue::Lease lease) {
  const auto began = std::chrono::steady_clock::now();
  ActivePtr active = shared_.active.add(shared_.parts.save_queue, std::move(lease));
  auto known = co_await steps_.known(active);
  if (known) {
    co_await save(active, known);
    shared_.metrics.saved(std::chrono::steady_clock::now() - began);
  }
}

net::awaitable<void> SaveStage::save(ActivePtr active, std::shared_ptr<KnownJob> known) {
  const job::JobId id = active->id();
  const std::uint32_t priority = known->job.submission.priority;
  const runtime::Runtime* runtime = shared_.parts.runtimes.find(known->job.submission.language);
  if (!runtime) {
    Error error{
        Errc::unavailable, "this worker does not have the runtime " + known->job.submission.language, {}};
    co_await steps_.fail(active, known->job, std::move(error));
    co_return;
  }
  auto written = shared_.files.write(*runtime, id, known->job.submission.code);
  if (!written) log::warn("source not saved job={} error={}", id.text(), written.error().detail);
  if (runtime->compile) {
    const bool compiled = co_await compile(active, known, *runtime);
    if (!compiled) co_return;
  }
  shared_.recent.put(std::move(*known));
  auto handed = co_await hand_on(active, priority);
  if (handed) {
    co_await steps_.complete(active, std::string(service::saved_value));
  } else {
    co_await steps_.give_back(active, false);
  }
}

net::awaitable<bool> SaveStage::compile(ActivePtr active, std::shared_ptr<KnownJob> known,
                                        const runtime::Runtime& runtime) {
  auto result = co_await compiler_.compile(active, known, runtime);
  if (!result) {
    co_await steps_.not_run(active, known->job, result.error());
    co_return false;
  }
  if (result->failure) {
    co_await steps_.end(active, known->job, *std::move(result->failure));
    co_return false;
  }
  known->compiled = result->compiled;
  co_return true;
}

// The lease is kept while code-exec has no room or is away, so the job stays where it is counted.
Task<void> SaveStage::hand_on(ActivePtr active, std::uint32_t priority) {
  Backoff backoff(100ms, 5s);
  queue::EntryOptions entry;
  entry.priority = priority;
  for (;;) {
    const job::JobId id = active->id();
    auto pushed = co_await shared_.parts.exec_queue.push(id, entry);
    // Conflict: an earlier holder of this lease handed it on already.
    if (pushed || pushed.error().code == Errc::conflict) co_return ok();
    log::warn("push failed, will try again queue={} job={} error={}", shared_.parts.exec_queue.options().name,
              id.text(), pushed.error().detail);
    if (active->given_back) co_return pushed.error();
    auto slept = co_await pause(shared_.parts.clock, backoff.next());
    if (!slept && active->given_back) co_return pushed.error();
  }
}

}  // namespace code_exec::worker
