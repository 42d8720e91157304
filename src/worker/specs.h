// worker/specs.h - what the sandbox is asked to do for a job.
#pragma once

#include "job/job.h"
#include "runtime/runtime.h"
#include "sandbox/sandbox.h"
#include "worker/compile_cache.h"

namespace code_exec::worker {

// `compiled` is null for runtimes that compile nothing.
sandbox::Spec run_spec(const runtime::Runtime& runtime, const job::Submission& submission,
                       const Compiled* compiled);
sandbox::Spec compile_spec(const runtime::Runtime& runtime, const job::Submission& submission);

// A failed run that said on stderr, in the words of its language, that it had no memory left ended by its
// memory limit: what the kernel refused became the program's own error first.
void recognise_out_of_memory(const runtime::Runtime& runtime, job::Outcome& outcome);

// What the compiler's run means for the job.
CompileResult compile_result(sandbox::RunResult ran);

}  // namespace code_exec::worker
