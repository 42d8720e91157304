#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "cli/bench_bare.h"
#include "cli/read_file.h"
#include "sandbox/host_client.h"

namespace code_exec::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Slots that are being cleared while the others run.
constexpr std::size_t spare_slots = 2;

Result<sandbox::Spec> spec_of(const StartLoad& load) {
  sandbox::Spec spec;
  spec.argv = {load.interpreter};
  if (load.program.empty()) return spec;
  auto program = read_file(load.program, 16 << 20);
  if (!program) return program.error();
  const std::string name = std::filesystem::path(load.program).filename().string();
  spec.argv.push_back(name);
  spec.files.push_back({.name = name, .content = std::move(*program)});
  return spec;
}

class Clients {
 public:
  Clients(sandbox::Sandbox& box, const sandbox::Spec& spec, BenchBound bound)
      : budget(bound), box_(box), spec_(spec) {}

  net::awaitable<void> work() {
    while (budget.take()) {
      const auto start = SteadyClock::now();
      auto ran = co_await box_.run(spec_, {});
      const auto took = SteadyClock::now() - start;
      const std::string problem = problem_of(ran);
      if (problem.empty()) {
        report.latencies.push_back(took);
      } else {
        ++report.errors;
        ++report.error_kinds[problem];
      }
    }
  }

  BenchBudget budget;
  BenchReport report;

 private:
  static std::string problem_of(const Result<sandbox::RunResult>& ran) {
    if (!ran) return ran.error().detail;
    if (ran->outcome.reason == job::Reason::none) return {};
    return std::string(job::to_string(ran->outcome.reason));
  }

  sandbox::Sandbox& box_;
  const sandbox::Spec& spec_;
};

}  // namespace

Result<BenchReport> measure_confined(const StartLoad& load) {
  auto spec = spec_of(load);
  if (!spec) return spec.error();
  sandbox::HostOptions options;
  options.slots = load.clients + spare_slots;
  auto host = sandbox::start_lone_host(options);
  if (!host) return host.error();
  net::io_context loop(1);
  auto box = sandbox::make_sandbox(loop.get_executor(), std::move(host->connections), options.slots);
  Clients clients(*box, *spec, load.bound);
  clients.report.clients = load.clients;
  auto measure = [&]() -> net::awaitable<void> {
    auto first = co_await box->run(*spec, {});  // also waits until there are slots, and warms the page cache
    if (!first) co_return;
    clients.budget.start();
    std::size_t working = load.clients;
    Notifier ended(loop.get_executor());
    for (std::size_t i = 0; i < load.clients; ++i)
      net::co_spawn(loop, clients.work(), [&](std::exception_ptr) {
        --working;
        ended.notify();
      });
    while (working > 0) (void)co_await ended.wait();
    clients.report.elapsed = clients.budget.elapsed();
  };
  auto all = [&]() -> net::awaitable<void> {
    co_await measure();
    (void)co_await box->stop();
  };
  net::co_spawn(loop, all(), [](std::exception_ptr) {});
  loop.run();
  box.reset();
  waitpid(host->process, nullptr, 0);
  if (clients.report.elapsed == std::chrono::nanoseconds(0))
    return Error{Errc::unavailable, "nothing can be run in a sandbox here; `code-exec doctor` says why", {}};
  return std::move(clients.report);
}

}  // namespace code_exec::cli
