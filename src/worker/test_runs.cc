#include "worker/test_runs.h"

#include <algorithm>

#include "base/task_group.h"
#include "base/text.h"
#include "job/judge.h"
#include "worker/specs.h"

namespace code_exec::worker {
namespace {

using job::Reason;
using job::TestResult;
using job::Verdict;

void cut(std::string& output, TestResult& result) {
  if (output.size() <= test_output_kept_max) return;
  output.resize(test_output_kept_max);
  output.resize(without_cut_character(output).size());
  result.truncated = true;
}

// What was printed beyond the limit on output was not kept, and cannot be judged.
TestResult judge(const job::Tests& rules, const job::TestCase& test, sandbox::RunResult run) {
  job::Outcome& outcome = run.outcome;
  TestResult result{.verdict = Verdict::failed,
                    .reason = outcome.reason,
                    .exit_code = outcome.exit_code,
                    .signal = outcome.signal,
                    .stdout_bytes = std::move(outcome.stdout_bytes),
                    .stderr_bytes = std::move(outcome.stderr_bytes),
                    .truncated = outcome.truncated,
                    .cpu_time = outcome.cpu_time,
                    .wall_time = outcome.wall_time,
                    .memory_bytes = outcome.memory_bytes};
  if (outcome.status == job::Status::completed) {
    const auto& expected = test.expected_output;
    if (expected && run.stdout_truncated)
      result.reason = Reason::output_limit;
    else if (expected && !matches(rules, *expected, result.stdout_bytes))
      result.reason = Reason::wrong_answer;
    else
      result.verdict = Verdict::accepted;
  }
  cut(result.stdout_bytes, result);
  cut(result.stderr_bytes, result);
  return result;
}

// Several runners take the tests in their order.
class TestRuns {
 public:
  TestRuns(Shared& shared, const runtime::Runtime& runtime, const job::Submission& submission,
           const Compiled* compiled, std::shared_ptr<Latch> cancel)
      : shared_(shared),
        runtime_(runtime),
        submission_(submission),
        compiled_(compiled),
        cancel_(std::move(cancel)),
        results_(submission.tests.cases.size()),
        failed_at_(results_.size()) {}

  Task<sandbox::RunResult> run() {
    co_await ignore_cancellation();  // runs end by their latch, and then we do
    TaskGroup runners(shared_.parts.executor);
    const std::size_t count = std::min(results_.size(), shared_.options.exec_concurrency);
    for (std::size_t i = 0; i < count; ++i) runners.spawn("run tests", run_some());
    auto joined = co_await runners.join();
    if (!joined) co_return joined.error();
    if (error_) co_return *error_;
    sandbox::RunResult result;
    result.outcome = outcome();
    co_return result;
  }

 private:
  net::awaitable<void> run_some() {
    while (next_ < results_.size() && !error_ && !is_over()) {
      const std::size_t number = next_++;
      sandbox::RunHooks hooks;
      hooks.cancel = cancel_;
      sandbox::Spec spec = spec_of(number);
      auto ran = co_await shared_.parts.sandbox.run(std::move(spec), std::move(hooks));
      if (!ran) {
        error_ = ran.error();
        co_return;
      }
      recognise_out_of_memory(runtime_, ran->outcome);
      results_[number] = judge(submission_.tests, submission_.tests.cases[number], *std::move(ran));
      if (results_[number].verdict == Verdict::failed) failed_at_ = std::min(failed_at_, number);
    }
  }

  bool is_over() const {
    return cancel_->is_set() || (submission_.tests.stop_at_first_failure && failed_at_ < results_.size());
  }

  sandbox::Spec spec_of(std::size_t number) const {
    const job::TestCase& test = submission_.tests.cases[number];
    sandbox::Spec spec = run_spec(runtime_, submission_, compiled_);
    if (!test.args.empty()) {
      spec.argv = runtime_.run_argv;
      spec.argv.insert(spec.argv.end(), test.args.begin(), test.args.end());
    }
    spec.stdin_bytes = test.stdin_bytes;
    return spec;
  }

  job::Outcome outcome() {
    // Those that ran beside the one that failed are not told: which they were is chance.
    if (submission_.tests.stop_at_first_failure)
      for (std::size_t i = failed_at_ + 1; i < results_.size(); ++i) results_[i] = {};
    job::Outcome all{.status = job::Status::completed, .reason = Reason::none, .exit_code = 0};
    for (const TestResult& result : results_) {
      all.cpu_time += result.cpu_time;
      all.wall_time += result.wall_time;
      all.memory_bytes = std::max(all.memory_bytes, result.memory_bytes);
      all.truncated = all.truncated || result.truncated;
    }
    if (cancel_->is_set()) return {.status = job::Status::failed, .reason = Reason::cancelled};
    if (failed_at_ < results_.size()) {
      const TestResult& failed = results_[failed_at_];
      all.status = job::Status::failed;
      all.reason = failed.reason;
      all.exit_code = failed.exit_code;
      all.signal = failed.signal;
      all.message = "test " + std::to_string(failed_at_ + 1) + " of " + std::to_string(results_.size());
    }
    all.tests = std::move(results_);
    return all;
  }

  Shared& shared_;
  const runtime::Runtime& runtime_;
  const job::Submission& submission_;
  const Compiled* compiled_;
  const std::shared_ptr<Latch> cancel_;
  std::vector<TestResult> results_;
  std::size_t next_ = 0;
  std::size_t failed_at_;  // the first; as many as there are: none
  std::optional<Error> error_;
};

}  // namespace

Task<sandbox::RunResult> run_tests(Shared& shared, const runtime::Runtime& runtime,
                                   const job::Submission& submission, const Compiled* compiled,
                                   std::shared_ptr<Latch> cancel) {
  TestRuns runs(shared, runtime, submission, compiled, std::move(cancel));
  auto ran = co_await runs.run();
  co_return ran;
}

}  // namespace code_exec::worker
