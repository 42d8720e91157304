#include "worker/worker_for_test.h"

namespace code_exec::worker {
namespace {

using SaveStageTest = WorkerTest;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST_F(SaveStageTest, SavesTheSourceUnderTheJobsName) {
  sandbox_.hold = true;
  start();
  auto id = submit({.code = "print('saved')"});
  ASSERT_TRUE(begun(1));

  EXPECT_EQ(read(source_of(id)), "print('saved')");
}

TEST_F(SaveStageTest, RemovesWhatAnEarlierProcessSaved) {
  const auto id = job::JobId::make(clock_.now());
  std::ofstream(source_of(id)) << "old";
  std::ofstream(directory_ / "codes" / "python" / "README") << "not ours";

  make();

  EXPECT_FALSE(fs::exists(source_of(id)));
  EXPECT_TRUE(fs::exists(directory_ / "codes" / "python" / "README"));
}

TEST_F(SaveStageTest, RunsAJobAlsoWhenItsFileCannotBeWritten) {
  fs::remove_all(directory_ / "codes");
  start();
  auto id = submit();

  EXPECT_EQ(reason(id), job::Reason::none);
}

TEST_F(SaveStageTest, RunsTheCompiledProgramAndKeepsTheWarnings) {
  sandbox_.program = compiler(
      "\x7f"
      "ELF",
      "warning: x\n");
  start();
  auto id = submit({.language = "c", .code = "int main(){}", .args = {"a"}});

  auto job = run(service_->wait(id, 10s));

  ASSERT_TRUE(job);
  EXPECT_EQ(job->outcome->stdout_bytes,
            "\x7f"
            "ELF");
  EXPECT_EQ(job->outcome->compile_output, "warning: x\n");
  EXPECT_EQ(job->runs, 1);
  EXPECT_EQ(*job, stored(id));
  ASSERT_EQ(sandbox_.specs.size(), 2u);
  EXPECT_EQ(sandbox_.specs[0].argv, (std::vector<std::string>{"/usr/bin/cc", "main.c"}));
  EXPECT_EQ(sandbox_.specs[0].collect, "main");
  EXPECT_EQ(sandbox_.specs[1].argv, (std::vector<std::string>{"./main", "a"}));
  EXPECT_TRUE(sandbox_.specs[1].files[0].executable);
}

TEST_F(SaveStageTest, EndsAJobThatDoesNotCompile) {
  sandbox_.program = [](const sandbox::Spec&) -> Result<sandbox::RunResult> {
    job::Outcome outcome{.reason = job::Reason::runtime_error, .exit_code = 1};
    outcome.stderr_bytes = "main.c:1: error\n";
    return sandbox::RunResult{.outcome = outcome, .collected = std::nullopt};
  };
  start();
  auto id = submit({.language = "c", .code = "int main("});

  auto job = run(service_->wait(id, 10s));

  ASSERT_TRUE(job);
  EXPECT_EQ(job->outcome->reason, job::Reason::compile_error);
  EXPECT_EQ(job->outcome->compile_output, "main.c:1: error\n");
  EXPECT_EQ(job->outcome->exit_code, std::nullopt);
  EXPECT_EQ(sandbox_.specs.size(), 1u);
  EXPECT_TRUE(eventually([&] { return state(*save_, id) == queue::State::completed; }));
}

TEST_F(SaveStageTest, CompilesTheSameSourceOnce) {
  sandbox_.program = compiler("elf", "");
  sandbox_.hold = true;
  start();
  auto first = submit({.language = "c", .code = "same"});
  auto second = submit({.language = "c", .code = "same"});
  ASSERT_TRUE(begun(1));
  settle();
  EXPECT_EQ(sandbox_.specs.size(), 1u);

  sandbox_.release();

  EXPECT_EQ(reason(first), job::Reason::none);
  EXPECT_EQ(reason(second), job::Reason::none);
  EXPECT_EQ(sandbox_.specs.size(), 3u);
}

TEST_F(SaveStageTest, CancelStopsACompilationAndOthersCompileTheirOwn) {
  sandbox_.program = compiler("elf", "");
  sandbox_.hold = true;
  start();
  auto first = submit({.language = "c", .code = "same"});
  ASSERT_TRUE(begun(1));
  auto second = submit({.language = "c", .code = "same"});
  settle();

  auto job = run(service_->cancel(first));

  ASSERT_TRUE(job);
  EXPECT_EQ(job->outcome->reason, job::Reason::cancelled);
  sandbox_.release();
  EXPECT_EQ(reason(second), job::Reason::none);
}

TEST_F(SaveStageTest, GivesBackACompilationTheDrainDidNotFinish) {
  sandbox_.hold = true;
  start();
  auto id = submit({.language = "c", .code = "slow"});
  ASSERT_TRUE(begun(1));
  settle();
  EXPECT_EQ(stored(id).runs, 1);

  bool stopped = false;
  net::co_spawn(loop_, worker_->stop(5s), [&](std::exception_ptr, Result<void>) { stopped = true; });
  settle();
  clock_.advance(5s);

  EXPECT_TRUE(eventually([&] { return stopped; }));
  EXPECT_EQ(stored(id).status, job::Status::pending);
  EXPECT_EQ(stored(id).runs, 0);
  EXPECT_EQ(state(*save_, id), queue::State::waiting);
}

TEST_F(SaveStageTest, AnExecStageWithoutTheProgramCompilesItAgain) {
  sandbox_.program = compiler("elf", "");
  const auto id = leave_in_store(job::Status::pending, 0, "c");
  ASSERT_TRUE(run(exec_->push(id, {})));

  start();

  EXPECT_EQ(reason(id), job::Reason::none);
  EXPECT_EQ(sandbox_.specs.size(), 2u);
}

TEST_F(SaveStageTest, GivesUpASourceThatKillsItsWorkerByBeingCompiled) {
  sandbox_.program = compiler("elf", "");
  const auto id = leave_in_store(job::Status::running, 3, "c");
  ASSERT_TRUE(run(save_->push(id, {})));

  start();

  EXPECT_EQ(reason(id), job::Reason::internal_error);
  EXPECT_TRUE(sandbox_.specs.empty());
}

TEST_F(SaveStageTest, KeepsAJobWhileTheNextQueueHasNoRoom) {
  queue_max_ = 1;
  make();
  const auto filler = job::JobId::make(clock_.now());
  const auto id = leave_in_store(job::Status::pending, 0);
  ASSERT_TRUE(run(exec_->push(filler, {})));
  ASSERT_TRUE(run(exec_->pause()));
  start();
  settle();
  EXPECT_EQ(state(*save_, id), queue::State::active);

  ASSERT_TRUE(run(exec_->remove(filler)));
  ASSERT_TRUE(run(exec_->resume()));
  clock_.advance(100ms);

  EXPECT_EQ(reason(id), job::Reason::none);
}

TEST_F(SaveStageTest, WaitsForTheStoreToComeBack) {
  const auto id = leave_in_store(job::Status::pending, 0);
  ASSERT_TRUE(run(save_->push(id, {})));
  store_.away = true;
  start();
  settle();
  EXPECT_EQ(state(*save_, id), queue::State::active);

  store_.away = false;
  clock_.advance(100ms);

  EXPECT_EQ(reason(id), job::Reason::none);
}

}  // namespace
}  // namespace code_exec::worker
