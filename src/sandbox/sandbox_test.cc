// The sandbox as a worker sees it, with real programs in real slots, behind each isolation there is.
#include "sandbox/sandbox.h"

#include <gtest/gtest.h>

#include <optional>

#include "sandbox/oci/oci_isolation.h"
#include "sandbox/sandbox_for_test.h"

namespace code_exec::sandbox {
namespace {

using namespace std::chrono_literals;

Spec shell(std::string script) {
  Spec spec;
  spec.argv = {"/bin/sh", "main.sh"};
  spec.files = {{"main.sh", std::move(script), false}};
  return spec;
}

// The parameter is an OCI runtime; empty: the cage.
class SandboxTest : public testing::TestWithParam<const char*> {
 protected:
  static HostOptions two_slots() {
    HostOptions options;
    options.slots = 2;
    options.oci_runtime = GetParam();
    if (geteuid() != 0) options.cgroups = CgroupUse::none;
    return options;
  }

  void SetUp() override {
    const HostOptions options = two_slots();
    if (!options.oci_runtime.empty()) {
      if (geteuid() != 0) GTEST_SKIP() << "containers need root";
      if (auto found = find_oci_runtime(options.oci_runtime); !found) GTEST_SKIP() << found.error().detail;
    }
    sandbox_.emplace(options);
  }

  RunResult run(const Spec& spec) {
    auto result = sandbox_->run(spec);
    EXPECT_TRUE(result) << result.error().detail;
    return result ? *result : RunResult{};
  }

  // What is brought back under `name` after `script` has run.
  std::optional<std::string> collect(const char* script, const char* name = "out") {
    Spec spec = shell(script);
    spec.collect = name;
    return run(spec).collected;
  }

  std::optional<RealSandbox> sandbox_;
};

INSTANTIATE_TEST_SUITE_P(Isolation, SandboxTest, testing::Values("", "runc", "crun"),
                         [](const testing::TestParamInfo<const char*>& isolation) {
                           return std::string(*isolation.param ? isolation.param : "cage");
                         });

TEST_P(SandboxTest, ReturnsWhatTheProgramPrinted) {
  const RunResult result = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.outcome.stdout_bytes, "out\n");
  EXPECT_EQ(result.outcome.stderr_bytes, "err\n");
  EXPECT_EQ(result.outcome.exit_code, 3);
  EXPECT_EQ(result.outcome.reason, job::Reason::runtime_error);
}

TEST_P(SandboxTest, GivesTheProgramItsInputArgumentsAndFiles) {
  Spec spec = shell("cat; cat dir/data.txt; echo $1");
  spec.argv.emplace_back("argument");
  spec.stdin_bytes = "input ";
  spec.files.push_back({"dir/data.txt", "data ", false});
  const RunResult result = run(spec);
  EXPECT_EQ(result.outcome.stdout_bytes, "input data argument\n");
  EXPECT_EQ(result.outcome.status, job::Status::completed);
}

TEST_P(SandboxTest, TakesInputLargerThanAPipeAndInputThatNobodyReads) {
  Spec spec = shell("wc -c");
  spec.stdin_bytes.assign(3 << 20, 'x');
  EXPECT_EQ(run(spec).outcome.stdout_bytes, "3145728\n");
  Spec deaf = shell("echo 1");
  deaf.stdin_bytes.assign(3 << 20, 'x');
  EXPECT_EQ(run(deaf).outcome.stdout_bytes, "1\n");
}

TEST_P(SandboxTest, RunsAsAnOrdinaryUserInItsOwnWorld) {
  const RunResult result = run(shell("id -u; id -g; hostname; pwd; ls -A /; ls /home /root 2>&1; echo $$"));
  EXPECT_TRUE(result.outcome.stdout_bytes.starts_with("1000\n1000\nsandbox\n/box\n"))
      << result.outcome.stdout_bytes;
  EXPECT_EQ(result.outcome.stdout_bytes.find("/home:"), std::string::npos);
}

TEST_P(SandboxTest, TellsASignalFromAnExitCode) {
  const RunResult result = run(shell("kill -SEGV $$"));
  EXPECT_EQ(result.outcome.reason, job::Reason::signal);
  EXPECT_EQ(result.outcome.signal, 11);
  EXPECT_FALSE(result.outcome.exit_code);
}

TEST_P(SandboxTest, StopsAProgramAtItsCpuLimit) {
  if (geteuid() != 0) GTEST_SKIP() << "needs cgroups, which need root here";
  Spec spec = shell("while :; do :; done");
  spec.limits.cpu_time = 200ms;
  const RunResult result = run(spec);
  EXPECT_EQ(result.outcome.reason, job::Reason::time_limit);
  EXPECT_GE(result.outcome.cpu_time, 200ms);
}

TEST_P(SandboxTest, StopsAProgramAtItsWallLimit) {
  Spec spec = shell("sleep 100");
  spec.limits.wall_time = 150ms;
  const RunResult result = run(spec);
  EXPECT_EQ(result.outcome.reason, job::Reason::wall_time_limit);
  EXPECT_LT(result.outcome.cpu_time, 150ms);
}

TEST_P(SandboxTest, StopsAProgramAtItsMemoryLimit) {
  if (geteuid() != 0) GTEST_SKIP() << "needs cgroups, which need root here";
  Spec spec;
  spec.argv = {"/usr/bin/python3", "-c", "x = bytearray(10**9)"};
  spec.limits.memory_bytes = 64 << 20;
  const RunResult result = run(spec);
  EXPECT_EQ(result.outcome.reason, job::Reason::memory_limit) << result.outcome.stderr_bytes;
}

TEST_P(SandboxTest, CutsOutputAtItsCapAndStopsAFlood) {
  Spec spec = shell("yes");
  spec.limits.output_bytes = 1000;
  const RunResult flood = run(spec);
  EXPECT_EQ(flood.outcome.reason, job::Reason::output_limit);
  EXPECT_EQ(flood.outcome.stdout_bytes.size(), 1000u);
  EXPECT_TRUE(flood.outcome.truncated);

  Spec exact = shell("printf 0123456789");
  exact.limits.output_bytes = 10;
  EXPECT_FALSE(run(exact).outcome.truncated);
  exact.limits.output_bytes = 9;
  const RunResult cut = run(exact);
  EXPECT_TRUE(cut.outcome.truncated);
  EXPECT_EQ(cut.outcome.stdout_bytes, "012345678");
  EXPECT_EQ(cut.outcome.status, job::Status::completed);
}

TEST_P(SandboxTest, StopsAProgramOnRequest) {
  RunHooks hooks;
  hooks.cancel = std::make_shared<Latch>(sandbox_->loop.get_executor());
  hooks.on_output = [&](Stream, std::string_view) { hooks.cancel->set(); };
  auto result = sandbox_->run(shell("echo started; sleep 100"), hooks);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->outcome.reason, job::Reason::cancelled);
  EXPECT_EQ(result->outcome.stdout_bytes, "started\n");
}

TEST_P(SandboxTest, TakesInputWhileTheProgramRuns) {
  RunHooks hooks;
  hooks.input = std::make_shared<RunInput>(sandbox_->loop.get_executor(), RunInput::Stdin::open);
  hooks.on_output = [&](Stream, std::string_view bytes) {
    if (!bytes.starts_with("got second")) return (void)hooks.input->write("second\n");
    hooks.input->end();
  };
  Spec spec = shell("while read line; do echo got $line; done; echo end");
  spec.stdin_bytes = "first\n";
  auto result = sandbox_->run(spec, hooks);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->outcome.stdout_bytes, "got first\ngot second\nend\n");
}

TEST_P(SandboxTest, SignalsTheProgram) {
  if (*GetParam()) return;  // containers of an OCI runtime are not signalled
  RunHooks hooks;
  hooks.input = std::make_shared<RunInput>(sandbox_->loop.get_executor(), RunInput::Stdin::closed);
  hooks.on_output = [&](Stream, std::string_view bytes) {
    if (bytes.starts_with("ready")) {
      EXPECT_TRUE(hooks.input->signal(SIGUSR1));
    }
  };
  auto result =
      sandbox_->run(shell("trap 'echo caught; exit 7' USR1; echo ready; while :; do :; done"), hooks);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->outcome.stdout_bytes, "ready\ncaught\n");
  EXPECT_EQ(result->outcome.exit_code, 7);
  EXPECT_EQ(hooks.input->signal(SIGUSR1).error().code, Errc::conflict);
}

TEST_P(SandboxTest, AnswersWhenTheMainProcessEndsWhateverItLeftBehind) {
  const RunResult result = run(shell("sleep 100 & (setsid sleep 100 &) ; echo done"));
  EXPECT_EQ(result.outcome.stdout_bytes, "done\n");
  EXPECT_EQ(result.outcome.status, job::Status::completed);
}

TEST_P(SandboxTest, LeavesNothingForTheNextRun) {
  for (int round = 0; round < 6; ++round) {
    const RunResult result =
        run(shell("set -- /proc/[0-9]*; echo $#; ls -A /box /tmp /dev/shm; touch /box/x /tmp/x /dev/shm/x || "
                  "echo cannot; sleep 100 &"));
    EXPECT_EQ(result.outcome.stdout_bytes, "1\n/box:\nmain.sh\n\n/dev/shm:\n\n/tmp:\n");
  }
}

TEST_P(SandboxTest, BringsBackTheFileThatWasAskedFor) {
  EXPECT_EQ(collect("printf made > out"), "made");
  EXPECT_EQ(collect("mkdir dir; printf below > dir/out", "dir/out"), "below");
  EXPECT_EQ(collect(": > out"), "");
  EXPECT_EQ(collect("printf made > out; exit 1"), std::nullopt);
}

TEST_P(SandboxTest, BringsBackRegularFilesOnly) {
  for (const char* script : {"mkfifo out", "mkdir out", "ln -s /dev/null out", "ln -s /dev/zero out",
                             "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"out\")'"})
    EXPECT_EQ(collect(script), std::nullopt) << script;
}

TEST_P(SandboxTest, BringsNothingBackThroughALink) {
  EXPECT_EQ(collect("ln -s /etc/passwd out"), std::nullopt);
  EXPECT_EQ(collect("printf made > real; ln -s real out"), std::nullopt);
  EXPECT_EQ(collect("ln -s out out"), std::nullopt);
  EXPECT_EQ(collect("ln -s /proc/self/fd/0 out"), std::nullopt);
  for (const char* name : {"dir/passwd", "dir/passwd/", "dir/../dir/passwd"})
    EXPECT_EQ(collect("ln -s /etc dir", name), std::nullopt) << name;
  for (const char* name : {"out/", "../etc/passwd", "/etc/passwd", "/box/out", "dir/../../etc/passwd"})
    EXPECT_EQ(collect("mkdir dir; printf made > out", name), std::nullopt) << name;
}

TEST_P(SandboxTest, BringsBackNothingThatIsSwappedMeanwhile) {
  const char* swapping =
      "printf made > file; ln -s /etc/passwd link; cp file out; chmod 755 out\n"
      "(while :; do mv -f link out; ln -s /etc/passwd link; cp file f; mv -f f out; done) 2>/dev/null &\n"
      "sleep 0.05";
  for (int round = 0; round < 10; ++round) {
    const auto collected = collect(swapping);
    EXPECT_TRUE(!collected || *collected == "made") << *collected;
  }
}

// Init opens it, so the program's own bits and directories are in nobody's way, nor is a second name.
TEST_P(SandboxTest, BringsBackAFileWhateverItsModeAndNames) {
  EXPECT_EQ(collect("printf made > out; chmod 0 out"), "made");
  EXPECT_EQ(collect("mkdir dir; printf made > dir/out; chmod 0 dir", "dir/out"), "made");
  EXPECT_EQ(collect("printf made > real; ln real out; ln real another"), "made");
}

TEST_P(SandboxTest, DoesNotReadAFileThatIsTooLarge) {
  for (const char* script : {"truncate -s 1T out", "truncate -s 67108865 out"}) {
    Spec spec = shell(script);
    spec.collect = "out";
    const RunResult result = run(spec);
    EXPECT_FALSE(result.collected);
    EXPECT_EQ(result.outcome.reason, job::Reason::runtime_error);
    EXPECT_NE(result.outcome.message.find("too large"), std::string::npos) << result.outcome.message;
  }
}

// The border refuses such names before; this is what stands behind it.
TEST_P(SandboxTest, WritesNoFileOutsideOfTheWorkArea) {
  for (const char* name : {"../tmp/x", "/tmp/x", "dir/../../tmp/x", "main.sh", "main.sh/x", "."}) {
    Spec spec = shell("echo ran");
    spec.files.push_back({name, "x", false});
    auto result = sandbox_->run(spec);
    ASSERT_FALSE(result) << name;
    EXPECT_NE(result.error().detail.find("files"), std::string::npos) << result.error().detail;
  }
  EXPECT_EQ(run(shell("ls -A /tmp")).outcome.stdout_bytes, "");
}

TEST_P(SandboxTest, ReplacesASlotInWhichAStepFailed) {
  for (int round = 0; round < 3; ++round) {
    Spec spec;
    spec.argv.assign(600, "/bin/echo");  // more than a description may have
    auto result = sandbox_->run(spec);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::internal);
    EXPECT_EQ(run(shell("echo next")).outcome.stdout_bytes, "next\n");
  }
  EXPECT_GE(sandbox_->get().stats().replaced, 3u);
}

TEST_P(SandboxTest, KeepsToItsDiskLimits) {
  Spec spec = shell("head -c 2000000 /dev/zero > big || echo full; for i in $(seq 100); do touch f$i; done");
  spec.limits.disk_bytes = 1 << 20;
  spec.limits.files = 50;
  const RunResult result = run(spec);
  EXPECT_EQ(result.outcome.stdout_bytes, "full\n");
  EXPECT_NE(result.outcome.stderr_bytes.find("No space left"), std::string::npos);
}

TEST_P(SandboxTest, TellsWhenTheFilesDoNotFit) {
  Spec spec = shell("echo never");
  spec.files.push_back({"big", std::string(2 << 20, 'x'), false});
  spec.limits.disk_bytes = 1 << 20;
  const RunResult result = run(spec);
  EXPECT_EQ(result.outcome.status, job::Status::failed);
  EXPECT_NE(result.outcome.message.find("do not fit"), std::string::npos);
}

TEST_P(SandboxTest, RefusesAProgramThatIsNotThere) {
  Spec spec;
  spec.argv = {"/usr/bin/no-such-program"};
  auto result = sandbox_->run(spec);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::internal);
  EXPECT_NE(result.error().detail.find("exec"), std::string::npos) << result.error().detail;
}

TEST_P(SandboxTest, StreamsOutputWhileTheProgramRuns) {
  RunHooks hooks;
  std::string first;
  hooks.on_output = [&](Stream, std::string_view bytes) {
    if (first.empty()) first = bytes;
  };
  auto result = sandbox_->run(shell("echo one; sleep 0.3; echo two"), hooks);
  ASSERT_TRUE(result);
  EXPECT_EQ(first, "one\n");
  EXPECT_EQ(result->outcome.stdout_bytes, "one\ntwo\n");
}

}  // namespace
}  // namespace code_exec::sandbox
