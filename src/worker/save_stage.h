// worker/save_stage.h - the first stage: claims from code-save, writes the source as a file, compiles it when
// its language needs that, and hands the job on to code-exec. A job that does not compile ends here.
#pragma once

#include "worker/claim_loops.h"
#include "worker/compiler.h"
#include "worker/job_steps.h"

namespace code_exec::worker {

class SaveStage {
 public:
  SaveStage(Shared& shared, JobSteps& steps, Compiler& compiler);

  void start();
  void stop_claiming() { loops_.stop_claiming(); }
  Task<void> join() { return loops_.join(); }

 private:
  net::awaitable<void> handle(queue::Lease lease);
  net::awaitable<void> save(ActivePtr active, std::shared_ptr<KnownJob> known);
  // False: the lease has been dealt with, the job goes no further here.
  net::awaitable<bool> compile(ActivePtr active, std::shared_ptr<KnownJob> known,
                               const runtime::Runtime& runtime);
  Task<void> hand_on(ActivePtr active, std::uint32_t priority);

  Shared& shared_;
  JobSteps& steps_;
  Compiler& compiler_;
  ClaimLoops loops_;
};

}  // namespace code_exec::worker
