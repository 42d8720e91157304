#include "worker/exec_stage.h"

#include "base/log.h"
#include "worker/specs.h"
#include "worker/test_runs.h"

namespace code_exec::worker {
namespace {

// Results on their way to the store beyond one for each slot: while the store is away they pile up in memory.
constexpr std::size_t settling_spare = 16;

std::string died_too_often() {
  return "the job was given up after its worker died " + std::to_string(job::runs_max) + " times";
}

}  // namespace

struct ExecStage::Run {
  Run(ActivePtr its_active, std::shared_ptr<KnownJob> its_known, net::any_io_executor executor)
      : active(std::move(its_active)), known(std::move(its_known)), begun(std::move(executor)) {}

  ActivePtr active;
  std::shared_ptr<KnownJob> known;
  Latch begun;  // the store has answered; `runs` is its answer
  Result<int> runs;
};

ExecStage::ExecStage(Shared& shared, JobSteps& steps, Compiler& compiler)
    : shared_(shared),
      steps_(steps),
      compiler_(compiler),
      settled_(shared.parts.executor),
      loops_(shared.parts.executor, shared.parts.clock, shared.parts.exec_queue, shared.options.name),
      beside_(shared.parts.executor) {}

void ExecStage::start() {
  loops_.start(shared_.options.exec_concurrency,
               [this](queue::Lease lease) { return handle(std::move(lease)); });
}

void ExecStage::stop_claiming() {
  loops_.stop_claiming();
  beside_.cancel();
}

Task<void> ExecStage::join() {
  auto joined = co_await loops_.join();
  if (!joined) co_return joined.error();
  co_return co_await beside_.join();
}

net::awaitable<void> ExecStage::handle(queue::Lease lease) {
  ActivePtr active = shared_.active.add(shared_.parts.exec_queue, std::move(lease));
  auto known = co_await steps_.known(active);
  if (!known) co_return;
  auto run = std::make_shared<Run>(active, known, shared_.parts.executor);
  const std::string& language = known->job.submission.language;
  const runtime::Runtime* runtime = shared_.parts.runtimes.find(language);
  if (!runtime) {
    Error error{Errc::unavailable, "this worker does not have the runtime " + language, {}};
    co_await steps_.fail(active, known->job, std::move(error));
    co_return;
  }
  if (runtime->compile && !known->compiled) {
    auto result = co_await compiler_.compile(active, known, *runtime);
    if (!result) {
      co_await steps_.not_run(active, known->job, result.error());
      co_return;
    }
    if (result->failure) {
      co_await steps_.end(active, known->job, *std::move(result->failure));
      co_return;
    }
    known->compiled = result->compiled;
  }
  co_await execute(std::move(run), *runtime);
}

net::awaitable<void> ExecStage::execute(RunPtr run, const runtime::Runtime& runtime) {
  run->active->running = true;
  const TimePoint now = shared_.parts.clock.now();
  if (may_start_before_it_is_stored(*run)) {
    beside_.spawn("begin run", begin(run, now));
  } else {
    co_await begin(run, now);
    if (!run->runs || *run->runs > job::runs_max) {
      Result<sandbox::RunResult> not_run = Error{Errc::cancelled, "the run was not begun", {}};
      co_await conclude(std::move(run), std::move(not_run));
      co_return;
    }
  }
  const auto began = std::chrono::steady_clock::now();
  shared_.metrics.waited(shared_.parts.clock.now() - run->known->job.created_at);
  auto ran = co_await run_once(run, runtime, now);
  shared_.metrics.ran(std::chrono::steady_clock::now() - began);
  shared_.metrics.slots(shared_.parts.sandbox.stats());

  co_await wait_for_settled();
  ++settling_;
  beside_.spawn("settle run", settle(std::move(run), std::move(ran)));
}

Task<sandbox::RunResult> ExecStage::run_once(RunPtr run, const runtime::Runtime& runtime, TimePoint now) {
  using sandbox::RunInput;
  const job::Submission& submission = run->known->job.submission;
  if (!submission.tests.cases.empty()) {
    auto tested =
        co_await run_tests(shared_, runtime, submission, run->known->compiled.get(), run->active->stop);
    co_return tested;
  }
  sandbox::RunHooks hooks;
  hooks.cancel = run->active->stop;
  hooks.input = std::make_shared<RunInput>(
      shared_.parts.executor, submission.interactive ? RunInput::Stdin::open : RunInput::Stdin::closed);
  auto live = shared_.parts.live.begin(run->active->id(), to_ms(now), hooks.input);
  hooks.on_output = [shown = live.get()](sandbox::Stream stream, std::string_view bytes) {
    shown->append(stream, bytes);
  };
  sandbox::Spec spec = run_spec(runtime, submission, run->known->compiled.get());
  auto ran = co_await shared_.parts.sandbox.run(std::move(spec), std::move(hooks));
  if (ran) recognise_out_of_memory(runtime, ran->outcome);
  co_return ran;
}

// The first run of a job of this process's lifetime need not wait until the store has counted it: should it
// kill the worker at once, the next process counts before it runs.
bool ExecStage::may_start_before_it_is_stored(const Run& run) const {
  const job::Job& job = run.known->job;
  return run.active->lease.attempt <= 1 && job.runs == 0 && job.created_at >= shared_.started_at;
}

net::awaitable<void> ExecStage::begin(RunPtr run, TimePoint now) {
  co_await ignore_cancellation();
  run->known->job.started_at = now;
  auto runs = co_await steps_.start(run->active, now);
  run->runs = std::move(runs);
  // The job is final, or gone, or has had its chances: what runs now runs for nothing.
  if (!run->runs || *run->runs > job::runs_max) run->active->stop->set();
  run->begun.set();
}

net::awaitable<void> ExecStage::wait_for_settled() {
  while (settling_ >= shared_.options.exec_concurrency + settling_spare) {
    auto waited = co_await settled_.wait();
    if (!waited) co_return;
  }
}

net::awaitable<void> ExecStage::settle(RunPtr run, Result<sandbox::RunResult> ran) {
  co_await ignore_cancellation();
  co_await conclude(std::move(run), std::move(ran));
  --settling_;
  settled_.notify();
}

net::awaitable<void> ExecStage::conclude(RunPtr run, Result<sandbox::RunResult> ran) {
  auto begun = co_await run->begun.wait();
  ActivePtr active = run->active;
  job::Job job = std::move(run->known->job);
  if (!begun || !run->runs) {
    Error why = begun ? run->runs.error() : begun.error();
    co_await steps_.not_run(active, std::move(job), std::move(why));
    co_return;
  }
  job.runs = *run->runs;
  if (job.runs > job::runs_max) {
    job::Outcome outcome = internal_error(died_too_often());
    co_await steps_.end(active, std::move(job), std::move(outcome));
    co_return;
  }
  const bool stopped = !ran || ran->outcome.reason == job::Reason::cancelled;
  if (active->given_back && !active->cancelled && stopped) {
    log::info("run given back job={} run={}", job.id.text(), job.runs);
    co_await steps_.give_back(active, true);
    co_return;
  }
  if (!ran) {
    co_await steps_.fail(active, std::move(job), ran.error());
    co_return;
  }
  job::Outcome outcome = std::move(ran->outcome);
  if (run->known->compiled) outcome.compile_output = run->known->compiled->output;
  log::debug("run finished job={} run={} runtime={} outcome={} wall_ms={}", job.id.text(), job.runs,
             job.submission.language, to_string(outcome.reason), outcome.wall_time.count());
  co_await steps_.end(active, std::move(job), std::move(outcome));
}

}  // namespace code_exec::worker
