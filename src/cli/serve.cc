// Everything in one process and its sandbox host: what `make serve` starts.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <thread>

#include "base/file_lock.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/task_group.h"
#include "cli/command.h"
#include "cli/embedded.h"
#include "cli/main_loop.h"
#include "cli/options.h"
#include "sandbox/host_client.h"

namespace code_exec::cli {
namespace {

// Ctrl-C in a terminal reaches us twice, from the terminal and passed on by the launcher; only what comes
// after this is someone who does not want to wait.
constexpr std::chrono::milliseconds same_signal_bound{500};

struct ServeOptions {
  std::string listen = "127.0.0.1:3000";
  std::string data_directory = "./data";
  std::size_t concurrency = std::max(1U, std::thread::hardware_concurrency());
  bool allow_anonymous = false;
  bool cold = false;
  std::size_t waiting_max = 100'000;
  double retention_days = 7;
  std::uint64_t retention_count = 1'000'000;
  double wait_max_s = 60;
  double drain_timeout_s = 30;
  RuntimesOption runtimes;
  LimitOptions limits;
  CgroupOption cgroups;
  IsolationOption isolation;
  LogLevelOption log_level;
};

// The part of ADDR:PORT or [v6]:PORT before the port. Whether it can be listened on, the server finds out.
std::string address_part(const std::string& listen) {
  std::string address = listen.substr(0, listen.rfind(':'));
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  return address;
}

Result<void> check_listen(const ServeOptions& options) {
  const std::string host = address_part(options.listen);
  boost::system::error_code error;
  const auto address = net::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error || options.listen.rfind(':') == std::string::npos)
    return Error{Errc::invalid, "must be ADDRESS:PORT, such as 127.0.0.1:3000 or [::1]:3000", "--listen"};
  if (address.is_loopback() || options.allow_anonymous) return ok();
  return Error{
      Errc::invalid,
      options.listen +
          " can be reached from other machines, and there are no API keys: anyone there could run code "
          "here. Say --allow-anonymous if that is what you want",
      "--listen"};
}

// A slot is cleared, or replaced, after the answer to its run: with some to spare the next run does not wait
// for it.
std::size_t slots_for(std::size_t concurrency) {
  constexpr std::size_t spare = 2;
  return std::min(concurrency + spare, sandbox::slots_max);
}

EmbeddedOptions embedded_options(const ServeOptions& options, const job::LimitRules& limits) {
  EmbeddedOptions embedded;
  embedded.server.listen = options.listen;
  embedded.service.limits = limits;
  embedded.service.wait_max = to_milliseconds(options.wait_max_s);
  embedded.worker.exec_concurrency = options.concurrency;
  embedded.worker.retention.age_max = to_milliseconds(options.retention_days * 24 * 3600);
  embedded.worker.retention.count_max = options.retention_count;
  embedded.slots = slots_for(options.concurrency);
  embedded.waiting_max = options.waiting_max;
  return embedded;
}

// Returns when the operator wants to stop. From then on the next signal ends the process at once.
net::awaitable<void> wait_for_signal(net::signal_set& signals) {
  boost::system::error_code error;
  const int signal = co_await signals.async_wait(net::redirect_error(net::use_awaitable, error));
  log::info("stopping signal={}", signal);
}

net::awaitable<void> exit_on_next_signal(net::signal_set& signals) {
  const auto begun = std::chrono::steady_clock::now();
  boost::system::error_code error;
  for (;;) {
    co_await signals.async_wait(net::redirect_error(net::use_awaitable, error));
    if (error) co_return;
    if (std::chrono::steady_clock::now() - begun < same_signal_bound) continue;
    log::warn("stopped at once, jobs under way begin anew after the next start");
    std::_Exit(exit_failed);
  }
}

net::awaitable<void> serve_until_signal(Embedded& embedded, std::chrono::milliseconds drain, int& exit_code) {
  auto executor = co_await net::this_coro::executor;
  net::signal_set signals(executor, SIGTERM, SIGINT);
  auto started = co_await embedded.start();
  if (started) {
    log::info("serving address={}", embedded.address());
    co_await wait_for_signal(signals);
  } else {
    exit_code = failure(started.error());
  }
  TaskGroup watching(executor);
  watching.spawn("next signal", exit_on_next_signal(signals));
  auto stopped = co_await embedded.stop(drain);
  if (!stopped) exit_code = failure(stopped.error());
  auto watched = co_await watching.stop();
  if (!watched) exit_code = failure(watched.error());
  log::info("stopped");
}

// The process that speaks to the network; root until it has entered the data directory.
int run_service(const ServeOptions& options, const job::LimitRules& limits, const runtime::Registry& runtimes,
                Fd host_connections) {
  std::signal(SIGPIPE, SIG_IGN);
  auto entered = enter_data_directory(options.data_directory, sandbox::service_uid);
  if (!entered) return failure(entered.error());
  // Two services on one directory would run each other's jobs.
  auto lock = lock_file("code-exec.lock");
  if (!lock && lock.error().code == Errc::conflict)
    return failure(Error{Errc::conflict,
                         options.data_directory + " is in use by another code-exec (" + lock.error().detail +
                             "): name another",
                         "--data-dir"});
  if (!lock) return failure(lock.error());

  net::io_context loop(1);
  auto embedded =
      make_embedded(embedded_options(options, limits), loop, std::move(host_connections), runtimes);
  int exit_code = 0;
  run_main(loop, serve_until_signal(*embedded, to_milliseconds(options.drain_timeout_s), exit_code));
  return exit_code;
}

int serve(const ServeOptions& options) {
  if (auto started = log::start(options.log_level.level); !started) return failure(started.error());
  if (auto checked = check_listen(options); !checked)
    return usage_error(checked.error().field, checked.error().detail);
  auto limits = options.limits.rules();
  if (!limits) return usage_error(limits.error().field, limits.error().detail);
  auto runtimes = options.runtimes.load();
  if (!runtimes) return failure(runtimes.error());
  for (const runtime::Missing& one : runtimes->missing())
    log::info("runtime not available runtime={} why={}", one.name, log::quoted(one.why));

  const sandbox::HostOptions host{
      .slots = slots_for(options.concurrency),
      .mounts = mounts_of(*runtimes),
      .usual_limits = limits->defaults,
      .cgroups = options.cgroups.use(),
      .warm_programs = options.cold ? std::vector<sandbox::WarmProgram>() : warm_programs_of(*runtimes),
      .oci_runtime = options.isolation.oci_runtime()};
  if (auto usable = sandbox::check_isolation(host); !usable)
    return failure(Error{Errc::unavailable, usable.error().detail, "--isolation"});
  return sandbox::run_processes(host, [&](Fd host_connections) {
    return run_service(options, *limits, *runtimes, std::move(host_connections));
  });
}

void add_options(CLI::App& command, ServeOptions& options) {
  command.add_option("--listen", options.listen, "address and port; port 0 picks a free one")
      ->type_name("ADDR:PORT")
      ->capture_default_str();
  command.add_flag("--allow-anonymous", options.allow_anonymous,
                   "let anyone who can reach an address other than loopback run code");
  command.add_option("--data-dir", options.data_directory, "where jobs and results are kept")
      ->type_name("DIR")
      ->capture_default_str();
  command.add_option("--concurrency", options.concurrency, "runs at a time (as many as there are cores)")
      ->check(CLI::Range(std::size_t{1}, sandbox::slots_max))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--max-waiting", options.waiting_max, "jobs that may wait; then submissions are refused")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}))
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--retention-days", options.retention_days, "finished jobs are kept for so long")
      ->check(CLI::Range(0.0, 36500.0))
      ->type_name("DAYS")
      ->capture_default_str();
  command.add_option("--retention-count", options.retention_count, "finished jobs that are kept at most")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 40))
      ->type_name("N")
      ->capture_default_str();
  add_seconds(command, "--wait-max", options.wait_max_s, 0, 3600, "longest that a request waits for a result")
      ->capture_default_str();
  add_seconds(
      command, "--drain-timeout", options.drain_timeout_s, 0, 3600,
      "time for runs under way when code-exec is stopped; those left then run again after the next start")
      ->capture_default_str();
  command.add_flag("--cold", options.cold,
                   "start an interpreter for every run, and none ahead: slower, and nothing else");
  options.runtimes.add(command);
  options.cgroups.add(command);
  options.isolation.add(command);
  options.log_level.add(command);
  options.limits.add(command);
}

}  // namespace

Command add_serve(CLI::App& app) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand("serve", "Everything in one: HTTP API, queues, store and sandbox");
  add_options(*command, *options);
  return {command, [options] { return serve(*options); }};
}

}  // namespace code_exec::cli
