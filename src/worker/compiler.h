// worker/compiler.h - compiling a job in the sandbox, through the cache. Both stages use it: the save stage,
// and an exec stage whose machine does not have what another one compiled.
#pragma once

#include "worker/job_steps.h"

namespace code_exec::worker {

class Compiler {
 public:
  Compiler(Shared& shared, JobSteps& steps) : shared_(shared), steps_(steps) {}

  // The compiled program, or the failure that is the job's final outcome. Errc::cancelled: the lease is to be
  // given back; Errc::conflict, Errc::not_found: the job is final or gone; other errors are the sandbox's.
  // While the compiler runs it counts as a run, so a source that kills its worker by being compiled is not
  // tried for ever.
  Task<CompileResult> compile(ActivePtr active, std::shared_ptr<KnownJob> known,
                              const runtime::Runtime& runtime);

 private:
  struct Attempt;
  Task<CompileResult> run_compiler(ActivePtr active, std::shared_ptr<KnownJob> known,
                                   const runtime::Runtime& runtime, Attempt& attempt);

  Shared& shared_;
  JobSteps& steps_;
};

}  // namespace code_exec::worker
