#include "cli/bench_bare.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>

namespace code_exec::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Output goes to /dev/null: that is the cheapest a caller could have it, so nobody can say it was slowed
// down.
class Starter {
 public:
  explicit Starter(const StartLoad& load) : load_(load) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  }
  ~Starter() { posix_spawn_file_actions_destroy(&actions_); }
  Starter(const Starter&) = delete;
  Starter& operator=(const Starter&) = delete;

  // What went wrong, or nothing.
  std::string run_once() const {
    std::string interpreter = load_.interpreter;
    std::string program = load_.program;
    char* argv[] = {interpreter.data(), program.empty() ? nullptr : program.data(), nullptr};
    pid_t pid = 0;
    const int failed = posix_spawn(&pid, interpreter.c_str(), &actions_, nullptr, argv, environ);
    if (failed != 0) return "start " + interpreter + ": " + std::strerror(failed);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
      if (errno != EINTR) return std::string("waitpid: ") + std::strerror(errno);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    return WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status))
                             : "signal " + std::to_string(WTERMSIG(status));
  }

 private:
  const StartLoad& load_;
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Result<BenchReport> measure_bare(const StartLoad& load) {
  const Starter starter(load);
  if (std::string problem = starter.run_once(); !problem.empty())  // also warms the page cache
    return Error{Errc::unavailable, std::move(problem), {}};

  BenchReport report;
  report.clients = load.clients;
  std::mutex mutex;  // of report
  BenchBudget budget(load.bound);
  auto client = [&] {
    while (budget.take()) {
      const auto start = SteadyClock::now();
      const std::string problem = starter.run_once();
      const auto took = SteadyClock::now() - start;
      std::lock_guard lock(mutex);
      if (problem.empty()) {
        report.latencies.push_back(took);
      } else {
        ++report.errors;
        ++report.error_kinds[problem];
      }
    }
  };
  budget.start();
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < load.clients; ++i) threads.emplace_back(client);
  threads.clear();  // joins
  report.elapsed = budget.elapsed();
  return report;
}

}  // namespace code_exec::cli
