#include "cli/service_process.h"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "access/key_ring.h"
#include "base/file_lock.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/task_group.h"
#include "callback/signature.h"
#include "cli/command.h"
#include "cli/main_loop.h"
#include "cli/read_file.h"
#include "sandbox/host_client.h"

namespace code_exec::cli {
namespace {

// Ctrl-C in a terminal reaches us twice, from the terminal and passed on by the launcher; only what comes
// after this is someone who does not want to wait.
constexpr std::chrono::milliseconds same_signal_bound{500};

// The part of ADDR:PORT or [v6]:PORT before the port. Whether it can be listened on, the server finds out.
std::string address_part(const std::string& listen) {
  std::string address = listen.substr(0, listen.rfind(':'));
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  return address;
}

enum class Reach { this_machine, others };

Result<Reach> reach_of(const std::string& listen) {
  const std::string host = address_part(listen);
  boost::system::error_code error;
  const auto address = net::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error || listen.rfind(':') == std::string::npos)
    return Error{Errc::invalid, "must be ADDRESS:PORT, such as 127.0.0.1:3000 or [::1]:3000", "--listen"};
  return address.is_loopback() ? Reach::this_machine : Reach::others;
}

// Whether a service that starts now will ask for keys.
bool has_keys(const ServiceProcessOptions& options, const std::vector<access::Key>& given) {
  if (!given.empty() || !options.access.keys_file().empty()) return true;
  std::error_code error;
  return options.role != Role::command &&
         std::filesystem::exists(std::filesystem::path(options.data_directory) / keys_file_name, error);
}

Result<void> check_listen(const ServiceProcessOptions& options, Reach reach, bool keys) {
  // A worker answers nothing but how it is.
  if (reach == Reach::this_machine || keys || options.access.allow_anonymous() ||
      options.role == Role::worker)
    return ok();
  return Error{
      Errc::invalid,
      options.listen +
          " can be reached from other machines, and there are no API keys: anyone there could run code "
          "here. Make one with `code-exec keys add`, set CODE_EXEC_API_KEY, or say --allow-anonymous if "
          "that is what you want",
      "--listen"};
}

// A slot is cleared, or replaced, after the answer to its run: with some to spare the next run does not wait
// for it.
std::size_t slots_for(std::size_t concurrency) {
  constexpr std::size_t spare = 2;
  return std::min(concurrency + spare, sandbox::slots_max);
}

Result<BackendOptions> backend_options(const ServiceProcessOptions& options) {
  BackendOptions backends;
  backends.mongo = options.mongo;
  backends.queue_prefix = options.queue_prefix;
  backends.waiting_max = options.waiting_max;
  backends.retention_age = to_milliseconds(options.retention_days * 24 * 3600);
  if (options.role != Role::everything) {
    if (options.redis.empty())
      return Error{Errc::invalid, "is needed: the Redis that has the queues, as redis://HOST:6379",
                   "--redis"};
    if (options.mongo.empty())
      return Error{Errc::invalid, "is needed: the MongoDB that has the jobs, as mongodb://HOST/NAME",
                   "--mongo"};
  }
  if (options.queue_prefix.find_first_of(" \t\r\n") != std::string::npos || options.queue_prefix.empty())
    return Error{Errc::invalid, "must be a word", "--queue-prefix"};
  if (options.redis.empty()) return backends;
  if (options.mongo.empty())
    return Error{Errc::invalid,
                 "needs --mongo beside it: queues that many machines share would hold jobs that only this "
                 "machine's SQLite file knows",
                 "--redis"};
  auto url = redis::parse_url(options.redis);
  if (!url) return Error{Errc::invalid, url.error().detail, "--redis"};
  backends.redis = *std::move(url);
  return backends;
}

// As the queues show it.
std::string worker_name() {
  char host[256] = "worker";
  gethostname(host, sizeof(host) - 1);
  return std::string(host) + ":" + std::to_string(getpid());
}

ServicesOptions services_options(const ServiceProcessOptions& options, const BackendOptions& backends,
                                 const job::LimitRules& limits, const http::GateOptions& gate) {
  ServicesOptions services;
  services.gate = gate;
  services.role = options.role;
  services.backends = backends;
  services.server.listen = options.listen;
  services.service.limits = limits;
  services.service.wait_max = to_milliseconds(options.wait_max_s);
  services.service.callback_reach =
      options.callback_allow_private ? callback::Reach::private_too : callback::Reach::public_only;
  services.callback_secret = options.callback_secret;
  services.board_read_only = options.board_read_only;
  services.board_show_source = options.board_show_source;
  services.worker.name = worker_name();
  services.worker.exec_concurrency = options.concurrency;
  services.worker.retention.age_max = backends.retention_age;
  services.worker.retention.count_max = options.retention_count;
  services.slots = slots_for(options.concurrency);
  return services;
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

net::awaitable<void> serve_until_signal(Services& services, std::chrono::milliseconds drain, int& exit_code) {
  auto executor = co_await net::this_coro::executor;
  net::signal_set signals(executor, SIGTERM, SIGINT);
  auto started = co_await services.start();
  if (started) {
    log::info("serving address={}", services.address());
    co_await wait_for_signal(signals);
  } else {
    exit_code = failure(started.error());
  }
  TaskGroup watching(executor);
  watching.spawn("next signal", exit_on_next_signal(signals));
  auto stopped = co_await services.stop(drain);
  if (!stopped) exit_code = failure(stopped.error());
  auto watched = co_await watching.stop();
  if (!watched) exit_code = failure(watched.error());
  log::info("stopped");
}

Result<Fd> enter(const ServiceProcessOptions& options) {
  if (options.role == Role::command) {
    auto given_up = give_up_root(sandbox::service_uid);
    if (!given_up) return given_up.error();
    return Fd();
  }
  auto entered = enter_data_directory(options.data_directory, sandbox::service_uid);
  if (!entered) return entered.error();
  // Two services on one directory would run each other's jobs.
  auto lock = lock_file("code-exec.lock");
  if (!lock && lock.error().code == Errc::conflict)
    return Error{Errc::conflict,
                 options.data_directory + " is in use by another code-exec (" + lock.error().detail +
                     "): name another",
                 "--data-dir"};
  return lock;
}

using OptionalKeyFile = std::optional<access::KeyFile>;

// The file that --keys-file names, before this process gives up root and its working directory.
Result<OptionalKeyFile> open_named_keys(const ServiceProcessOptions& options) {
  const std::string& name = options.access.keys_file();
  if (name.empty()) return OptionalKeyFile();
  auto file = access::KeyFile::open(name);
  if (!file) return Error{file.error().code, file.error().detail, "--keys-file"};
  if (auto found = file->stamp(); !found)
    return Error{found.error().code, found.error().detail, "--keys-file"};
  return OptionalKeyFile(*std::move(file));
}

Result<access::KeyRing> load_keys(const ServiceProcessOptions& options, OptionalKeyFile named) {
  if (!named && options.role != Role::command) {
    auto own = access::KeyFile::open(keys_file_name);  // in the data directory, which has been entered
    if (!own) return own.error();
    named = *std::move(own);
  }
  auto given = options.access.given_keys();
  if (!given) return given.error();
  access::KeyRing keys(system_clock(), *std::move(given), std::move(named));
  if (auto loaded = keys.load(); !loaded)
    return Error{
        loaded.error().code,
        loaded.error().detail + " (read by the service, whose user is " + std::to_string(geteuid()) + ")",
        "keys"};
  return keys;
}

constexpr std::size_t pem_bytes_max = 1 << 20;

Error of_option(const char* option, const Error& error) {
  return Error{error.code, error.field + ": " + error.detail, option};
}

// A file that only root may read is read before root is given up, and by the process that needs it alone.
Result<void> read_tls_files(const ServiceProcessOptions& options, http::ServerOptions& server) {
  if (options.tls_certificate_file.empty()) return ok();
  auto certificate = read_file(options.tls_certificate_file, pem_bytes_max);
  if (!certificate) return of_option("--tls-cert", certificate.error());
  auto key = read_file(options.tls_key_file, pem_bytes_max);
  if (!key) return of_option("--tls-key", key.error());
  server.tls_certificate = *std::move(certificate);
  server.tls_key = *std::move(key);
  return ok();
}

// The process that speaks to the network; root until it has entered the data directory.
int serve_network(const ServiceProcessOptions& options, ServicesOptions services_options,
                  const runtime::Registry& runtimes, Fd host_connections) {
  std::signal(SIGPIPE, SIG_IGN);
  if (auto read = read_tls_files(options, services_options.server); !read) return failure(read.error());
  auto named_keys = open_named_keys(options);
  if (!named_keys) return failure(named_keys.error());
  auto lock = enter(options);
  if (!lock) return failure(lock.error());
  auto keys = load_keys(options, *std::move(named_keys));
  if (!keys) return failure(keys.error());
  net::io_context loop(1);
  auto services =
      make_services(std::move(services_options), loop, std::move(host_connections), runtimes, *keys);
  int exit_code = 0;
  run_main(loop, serve_until_signal(*services, to_milliseconds(options.drain_timeout_s), exit_code));
  return exit_code;
}

// With the sandbox host beside it.
int serve_with_sandbox(const ServiceProcessOptions& options, const ServicesOptions& services,
                       const runtime::Registry& runtimes) {
  const sandbox::HostOptions host{
      .slots = services.slots,
      .mounts = mounts_of(runtimes),
      .usual_limits = services.service.limits.defaults,
      .cgroups = options.cgroups.use(),
      .warm_programs = options.cold ? std::vector<sandbox::WarmProgram>() : warm_programs_of(runtimes),
      .oci_runtime = options.isolation.oci_runtime()};
  if (auto usable = sandbox::check_isolation(host); !usable)
    return failure(Error{Errc::unavailable, usable.error().detail, "--isolation"});
  return sandbox::run_processes(host, [&](Fd host_connections) {
    return serve_network(options, services, runtimes, std::move(host_connections));
  });
}

}  // namespace

int run_service_process(const ServiceProcessOptions& options) {
  if (auto started = log::start(options.log_level.level); !started) return failure(started.error());
  auto reach = reach_of(options.listen);
  if (!reach) return usage_error(reach.error().field, reach.error().detail);
  auto given = options.access.given_keys();
  if (!given) return usage_error(given.error().field, given.error().detail);
  auto gate = options.access.gate();
  if (!gate) return usage_error(gate.error().field, gate.error().detail);
  gate->local_hosts_only = *reach == Reach::this_machine && !options.access.allow_anonymous();
  if (auto checked = check_listen(options, *reach, has_keys(options, *given)); !checked)
    return usage_error(checked.error().field, checked.error().detail);
  if (options.tls_certificate_file.empty() != options.tls_key_file.empty())
    return usage_error(options.tls_key_file.empty() ? "--tls-key" : "--tls-cert",
                       "is needed: TLS takes a certificate and its key");
  auto backends = backend_options(options);
  if (!backends) return usage_error(backends.error().field, backends.error().detail);
  auto limits = options.limits.rules();
  if (!limits) return usage_error(limits.error().field, limits.error().detail);
  auto runtimes =
      options.runtimes.load(options.role == Role::command ? runtime::Keep::described : runtime::Keep::usable);
  if (!runtimes) return failure(runtimes.error());
  for (const runtime::Missing& one : runtimes->missing())
    log::info("runtime not available runtime={} why={}", one.name, log::quoted(one.why));
  const ServicesOptions services = services_options(options, *backends, *limits, *gate);
  if (options.role == Role::command) return serve_network(options, services, *runtimes, Fd());
  return serve_with_sandbox(options, services, *runtimes);
}

void add_process_options(CLI::App& command, ServiceProcessOptions& options) {
  command.add_option("--listen", options.listen, "address and port; port 0 picks a free one")
      ->type_name("ADDR:PORT")
      ->capture_default_str();
  command
      .add_option("--tls-cert", options.tls_certificate_file,
                  "PEM file with a certificate and its chain, leaf first: HTTPS in place of HTTP")
      ->type_name("FILE");
  command.add_option("--tls-key", options.tls_key_file, "PEM file with its key")->type_name("FILE");
  add_seconds(
      command, "--drain-timeout", options.drain_timeout_s, 0, 3600,
      "time for what is under way when code-exec is stopped; runs left then are run again, elsewhere or "
      "after the next start")
      ->capture_default_str();
  options.runtimes.add(command);
  options.log_level.add(command);
  options.access.add_keys(command);
  options.limits.add(command);
}

void add_backend_options(CLI::App& command, ServiceProcessOptions& options) {
  command
      .add_option("--redis", options.redis,
                  "where the queues are: redis[s]://[USER:PASSWORD@]HOST[:PORT][/DB]")
      ->type_name("URL");
  command.add_option("--mongo", options.mongo, "where the jobs are: mongodb://... or mongodb+srv://...")
      ->type_name("URL");
  command
      .add_option("--queue-prefix", options.queue_prefix,
                  "of the queues' keys in Redis; in braces for a cluster, as in {bull}")
      ->type_name("TEXT")
      ->capture_default_str();
  command
      .add_option("--max-waiting", options.waiting_max, "jobs that may wait; then submissions are refused")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}))
      ->type_name("N")
      ->capture_default_str();
}

void add_accept_options(CLI::App& command, ServiceProcessOptions& options) {
  options.access.add_clients(command);
  auto long_enough = [](const std::string& text) -> std::string {
    if (text.size() >= callback::secret_bytes_min) return "";
    return "must be at least " + std::to_string(callback::secret_bytes_min) + " bytes long";
  };
  command
      .add_option(
          "--callback-secret", options.callback_secret,
          "what callbacks are signed with; serve makes one in the data directory, where there is none")
      ->check(CLI::Validator(long_enough, "", "secret"))
      ->type_name("SECRET");
  command.add_flag("--callback-allow-private", options.callback_allow_private,
                   "let clients have callbacks sent to loopback and private addresses too");
  command.add_flag("--board-read-only", options.board_read_only,
                   "the board at /admin/queues shows, and changes nothing");
  command.add_flag("--board-show-source", options.board_show_source,
                   "the board shows sources, inputs and outputs also where API keys are needed");
  add_seconds(command, "--wait-max", options.wait_max_s, 0, 3600, "longest that a request waits for a result")
      ->capture_default_str();
}

void add_execute_options(CLI::App& command, ServiceProcessOptions& options) {
  command
      .add_option("--data-dir", options.data_directory,
                  "sources and compiled programs; jobs and results too, where they are not in MongoDB")
      ->type_name("DIR")
      ->capture_default_str();
  command.add_option("--concurrency", options.concurrency, "runs at a time (as many as there are cores)")
      ->check(CLI::Range(std::size_t{1}, sandbox::slots_max))
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
  command.add_flag("--cold", options.cold,
                   "start an interpreter for every run, and none ahead: slower, and nothing else");
  options.cgroups.add(command);
  options.isolation.add(command);
}

}  // namespace code_exec::cli
