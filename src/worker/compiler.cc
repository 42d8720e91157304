#include "worker/compiler.h"

#include "base/blocking.h"
#include "base/log.h"
#include "worker/specs.h"

namespace code_exec::worker {
namespace {

// Hashing more than this on the event loop would hold up everyone else.
constexpr std::size_t hash_in_place_max = 256 << 10;

Task<std::string> key_of(net::thread_pool& blocking, std::shared_ptr<KnownJob> known,
                         const runtime::Runtime& runtime) {
  const job::Submission& submission = known->job.submission;
  std::size_t bytes = submission.code.size();
  for (const auto& file : submission.files) bytes += file.content.size();
  if (bytes <= hash_in_place_max) co_return compile_key(runtime, submission);
  auto work = [known, &runtime]() -> Result<std::string> {
    return compile_key(runtime, known->job.submission);
  };
  co_return co_await run_blocking(blocking, work);
}

CompileResult ended_as(job::Outcome outcome) {
  CompileResult result;
  result.failure = std::move(outcome);
  return result;
}

CompileResult cancelled() {
  return ended_as(job::Outcome{.status = job::Status::failed, .reason = job::Reason::cancelled});
}

}  // namespace

// What became of our own attempt, which others who wait for the same program need not know.
struct Compiler::Attempt {
  bool counted = false;
  std::optional<Error> refused;  // by the store: the job is not to be run
  std::optional<job::Outcome> ended;
};

Task<CompileResult> Compiler::compile(ActivePtr active, std::shared_ptr<KnownJob> known,
                                      const runtime::Runtime& runtime) {
  auto key = co_await key_of(shared_.parts.blocking, known, runtime);
  if (!key) co_return key.error();
  Attempt attempt;
  active->running = true;
  CompileCache::Compile compile = [this, active, known, &runtime, &attempt] {
    return run_compiler(active, known, runtime, attempt);
  };
  auto result = co_await shared_.cache.get(*key, compile);
  active->running = false;

  if (attempt.refused) co_return *attempt.refused;
  if (attempt.ended) co_return ended_as(*attempt.ended);
  if (active->cancelled) co_return cancelled();
  const bool stopped = !result || (result->failure && result->failure->reason == job::Reason::cancelled);
  const bool give_back = active->given_back && stopped;
  if (attempt.counted && (give_back || (result && result->compiled))) {
    // Not a run of the program: that one is counted, and begins, by itself.
    known->job.runs -= 1;
    known->job.started_at.reset();
    auto released = co_await shared_.parts.store.release(active->id());
    if (!released)
      log::debug("run not given back job={} error={}", active->id().text(), released.error().detail);
  }
  if (give_back) co_return Error{Errc::cancelled, "the worker stops", {}};
  co_return result;
}

Task<CompileResult> Compiler::run_compiler(ActivePtr active, std::shared_ptr<KnownJob> known,
                                           const runtime::Runtime& runtime, Attempt& attempt) {
  const TimePoint now = shared_.parts.clock.now();
  auto runs = co_await steps_.start(active, now);
  if (!runs) {
    attempt.refused = runs.error();
    co_return cancelled();
  }
  attempt.counted = true;
  known->job.started_at = now;
  known->job.runs = *runs;
  if (*runs > job::runs_max) {
    attempt.ended = internal_error("the job was given up after its worker died " +
                                   std::to_string(job::runs_max) + " times");
    co_return cancelled();
  }
  sandbox::Spec spec = compile_spec(runtime, known->job.submission);
  sandbox::RunHooks hooks;
  hooks.cancel = active->stop;
  auto ran = co_await shared_.parts.sandbox.run(std::move(spec), std::move(hooks));
  if (!ran) co_return ran.error();
  log::debug("compiled job={} runtime={} outcome={} wall_ms={}", active->id().text(), runtime.name,
             to_string(ran->outcome.reason), ran->outcome.wall_time.count());
  co_return compile_result(*std::move(ran));
}

}  // namespace code_exec::worker
