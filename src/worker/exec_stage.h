// worker/exec_stage.h - the second stage: claims from code-exec, runs the job in the sandbox and sees to it
// that the result is stored. A loop takes its next job as soon as a run has ended; storing the result goes on
// beside.
#pragma once

#include "base/event.h"
#include "worker/claim_loops.h"
#include "worker/compiler.h"
#include "worker/job_steps.h"

namespace code_exec::worker {

class ExecStage {
 public:
  ExecStage(Shared& shared, JobSteps& steps, Compiler& compiler);

  void start();
  // See ClaimLoops. Called again, it also wakes those who wait to store a result.
  void stop_claiming();
  Task<void> join();

 private:
  struct Run;
  using RunPtr = std::shared_ptr<Run>;  // shared by the loop, begin() and settle()

  net::awaitable<void> handle(queue::Lease lease);
  net::awaitable<void> execute(RunPtr run, const runtime::Runtime& runtime);
  net::awaitable<void> begin(RunPtr run, TimePoint now);
  Task<sandbox::RunResult> run_once(RunPtr run, const runtime::Runtime& runtime, TimePoint now);
  net::awaitable<void> settle(RunPtr run, Result<sandbox::RunResult> ran);
  net::awaitable<void> conclude(RunPtr run, Result<sandbox::RunResult> ran);
  net::awaitable<void> wait_for_settled();
  bool may_start_before_it_is_stored(const Run& run) const;

  Shared& shared_;
  JobSteps& steps_;
  Compiler& compiler_;
  std::size_t settling_ = 0;
  Notifier settled_;
  ClaimLoops loops_;
  TaskGroup beside_;
};

}  // namespace code_exec::worker
