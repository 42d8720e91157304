// worker/test_runs.h - a program run once for each of its tests, at the same time as far as there are slots.
#pragma once

#include "worker/compile_cache.h"
#include "worker/job_steps.h"

namespace code_exec::worker {

// What a test's output is cut to once it has been judged: a hundred of them are kept with the job.
inline constexpr std::size_t test_output_kept_max = 64 << 10;

// All of the job's tests, or those up to the first failure. Errors are the sandbox's: the job is to be tried
// again. `job` and what belongs to it must outlive the call.
Task<sandbox::RunResult> run_tests(Shared& shared, const runtime::Runtime& runtime,
                                   const job::Submission& submission, const Compiled* compiled,
                                   std::shared_ptr<Latch> cancel);

}  // namespace code_exec::worker
