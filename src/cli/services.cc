#include "cli/services.h"

#include <prometheus/registry.h>

#include <algorithm>
#include <boost/asio/thread_pool.hpp>

#include "api/encode.h"
#include "api/routes.h"
#include "base/log.h"
#include "base/task_group.h"
#include "callback/deliverer.h"
#include "callback/signature.h"
#include "live/redis_live.h"
#include "sandbox/host_client.h"
#include "service/remote_runs.h"

namespace code_exec::cli {
namespace {

constexpr const char* secret_file = "callback-secret";  // in the data directory
constexpr std::size_t blocking_threads = 2;             // files of jobs and of the compile cache
// For requests under way when the worker has nothing left to tell them.
constexpr std::chrono::milliseconds answer_bound{5000};

// Stopping goes on past a part that does not stop well: the others still must.
void note(const char* part, const Result<void>& stopped) {
  if (!stopped) log::warn("part did not stop part={} detail={}", part, log::quoted(stopped.error().detail));
}

// Of a process in which nobody waits for a result.
class NobodyWaits final : public service::FinalResults {
 public:
  void publish(const job::Job&) override {}
};

class ServicesInProcess final : public Services {
 public:
  ServicesInProcess(ServicesOptions options, net::io_context& loop, Fd host_connections,
                    const runtime::Registry& runtimes, access::KeyRing& keys)
      : options_(std::move(options)),
        executor_(loop.get_executor()),
        runtimes_(runtimes),
        keys_(keys),
        stopping_(executor_) {
    if (executes()) sandbox_ = sandbox::make_sandbox(executor_, std::move(host_connections), options_.slots);
  }

  Task<void> start() override {
    if (auto opened = open(); !opened) co_return opened;
    // Listening first: when the address is taken, no job has been touched.
    auto server = http::start_server(executor_, router_, metrics_, options_.server);
    if (!server) co_return server.error();
    server_ = std::move(*server);
    if (service_ && !secret_.empty()) make_deliverer();
    if (!worker_) co_return ok();
    if (backends_.cancels) backends_.cancels->follow([this](const job::JobId& id) { worker_->stop_run(id); });
    co_return co_await worker_->start(service_ ? service_->final_results() : nobody_waits_);
  }

  std::string address() const override { return server_->address(); }

  Task<void> stop(std::chrono::milliseconds drain) override {
    // Both at once: requests that wait for a run under way are answered when it ends.
    if (server_) stopping_.spawn("stop server", stop_server(drain));
    if (deliverer_) stopping_.spawn("stop callbacks", stop_deliverer(drain));
    if (worker_) {
      auto worker_stopped = co_await worker_->stop(drain);
      note("worker", worker_stopped);
    }
    // Who still waits now, waits for a result that comes after the next start.
    if (server_) co_await stop_server(std::min(drain, answer_bound));
    auto joined = co_await stopping_.join();
    note("server", joined);
    if (service_) {
      auto service_stopped = co_await service_->stop();
      note("service", service_stopped);
    }
    if (publisher_) {
      auto publisher_stopped = co_await publisher_->stop();
      note("live output", publisher_stopped);
    }
    if (watcher_) {
      auto watcher_stopped = co_await watcher_->stop();
      note("live output", watcher_stopped);
    }
    auto backends_stopped = co_await backends_.stop();
    note("queues and store", backends_stopped);
    if (sandbox_) {
      auto sandbox_stopped = co_await sandbox_->stop();
      note("sandbox", sandbox_stopped);
    }
    co_return ok();
  }

 private:
  bool accepts() const { return options_.role != Role::worker; }
  bool executes() const { return options_.role != Role::command; }

  Result<void> open() {
    auto backends = open_backends(options_.backends, executor_, clock_);
    if (!backends) return backends.error();
    backends_ = std::move(*backends);
    if (backends_.redis) follow_runs_elsewhere(*backends_.redis);
    if (executes()) {
      if (auto made = make_worker(); !made) return made;
    }
    if (accepts()) {
      if (auto found = find_secret(); !found) return found;
      make_service();
    }
    api::add_health_routes(
        router_, [this] { return check_ready(); }, metrics_);
    router_.set_gate(http::make_gate(keys_, clock_, metrics_, options_.gate));
    return ok();
  }

  void follow_runs_elsewhere(const queue::RedisQueueOptions& redis) {
    if (accepts()) {
      watcher_ = live::make_redis_watcher(redis, executor_, live_);
      live_.set_elsewhere(watcher_.get());
    }
    if (executes())
      publisher_ =
          live::make_redis_publisher(redis, executor_, live_, watcher_ ? watcher_->name() : std::string());
  }

  Result<void> make_worker() {
    auto worker = worker::make_worker({.executor = executor_,
                                       .clock = clock_,
                                       .store = *backends_.store,
                                       .save_queue = *backends_.save_queue,
                                       .exec_queue = *backends_.exec_queue,
                                       .runtimes = runtimes_,
                                       .sandbox = *sandbox_,
                                       .live = live_,
                                       .blocking = blocking_,
                                       .metrics = metrics_},
                                      options_.worker);
    if (!worker) return worker.error();
    worker_ = std::move(*worker);
    return ok();
  }

  Result<void> find_secret() {
    secret_ = options_.callback_secret;
    if (!secret_.empty() || options_.role != Role::everything) return ok();
    auto secret = callback::load_or_make_secret(secret_file);
    if (!secret) return secret.error();
    secret_ = *std::move(secret);
    return ok();
  }

  void make_deliverer() {
    const callback::HttpPostOptions http{.reach = options_.service.callback_reach};
    http_post_ = callback::make_http_post(executor_, http);
    deliverer_ = std::make_unique<callback::Deliverer>(
        callback::DelivererParts{
            .executor = executor_,
            .clock = clock_,
            .store = *backends_.store,
            .http = *http_post_,
            .encode = [](const job::Job& job) { return api::encode_job(job, api::Encoding::text); },
            .metrics = metrics_},
        callback::DelivererOptions{.secret = secret_});
  }

  void make_service() {
    service::ServiceOptions options = options_.service;
    options.callbacks = !secret_.empty();
    service::RunningJobs* running = worker_.get();
    if (backends_.cancels) {
      options.workers = service::Workers::elsewhere;
      remote_runs_ = std::make_unique<service::RemoteRuns>(worker_.get(), *backends_.cancels);
      running = remote_runs_.get();
    }
    service_ = service::make_job_service({.executor = executor_,
                                          .clock = clock_,
                                          .store = *backends_.store,
                                          .save_queue = *backends_.save_queue,
                                          .exec_queue = *backends_.exec_queue,
                                          .runtimes = runtimes_,
                                          .running = *running,
                                          .live = live_,
                                          .metrics = metrics_,
                                          .callback_due =
                                              [this] {
                                                if (deliverer_) deliverer_->wake();
                                              }},
                                         options);
    api::add_original_routes(router_, *service_);
    api::add_jobs_routes(router_, *service_);
    api::add_live_routes(router_, *service_);
    api::add_openapi_routes(router_, *service_);
    api::add_pages_routes(router_);
    add_board();
  }

  void add_board() {
    api::BoardOptions options;
    options.read_only = options_.board_read_only;
    options.shows_sources = [this] { return options_.board_show_source || !keys_.required(); };
    api::add_board_routes(router_,
                          {.executor = executor_,
                           .clock = clock_,
                           .service = *service_,
                           .save_queue = *backends_.save_queue,
                           .exec_queue = *backends_.exec_queue},
                          std::move(options));
  }

  Task<void> check_ready() {
    if (worker_) {
      auto recovered = worker_->check_ready();
      auto sandbox = sandbox_->check_ready();
      if (!sandbox) co_return sandbox.error();
      if (service_ && !recovered) co_return recovered.error();
    }
    if (service_) co_return co_await service_->check_ready();
    auto healthy = co_await backends_.store->check_health();
    if (!healthy) co_return healthy.error();
    // A write, which a replica refuses.
    auto incarnation = co_await backends_.exec_queue->incarnation();
    if (!incarnation) co_return incarnation.error();
    co_return ok();
  }

  net::awaitable<void> stop_server(std::chrono::milliseconds drain) {
    auto stopped = co_await server_->stop(drain);
    note("server", stopped);
  }

  net::awaitable<void> stop_deliverer(std::chrono::milliseconds drain) {
    auto stopped = co_await deliverer_->stop(drain);
    note("callbacks", stopped);
  }

  const ServicesOptions options_;
  net::any_io_executor executor_;
  const runtime::Registry& runtimes_;
  access::KeyRing& keys_;
  Clock& clock_ = system_clock();
  prometheus::Registry metrics_;
  net::thread_pool blocking_{blocking_threads};
  NobodyWaits nobody_waits_;
  live::LiveRuns live_;
  std::unique_ptr<sandbox::Sandbox> sandbox_;
  Backends backends_;
  std::unique_ptr<live::RedisWatcher> watcher_;      // null: all runs are here
  std::unique_ptr<live::RedisPublisher> publisher_;  // null: nobody elsewhere watches
  std::string secret_;                               // of callbacks
  std::unique_ptr<callback::HttpPost> http_post_;
  std::unique_ptr<callback::Deliverer> deliverer_;
  std::unique_ptr<worker::Worker> worker_;
  std::unique_ptr<service::RemoteRuns> remote_runs_;
  std::unique_ptr<service::JobService> service_;
  http::Router router_;
  std::unique_ptr<http::Server> server_;
  TaskGroup stopping_;
};

}  // namespace

std::unique_ptr<Services> make_services(ServicesOptions options, net::io_context& loop, Fd host_connections,
                                        const runtime::Registry& runtimes, access::KeyRing& keys) {
  return std::make_unique<ServicesInProcess>(std::move(options), loop, std::move(host_connections), runtimes,
                                             keys);
}

}  // namespace code_exec::cli
