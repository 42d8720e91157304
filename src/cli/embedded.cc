#include "cli/embedded.h"

#include <prometheus/registry.h>

#include <algorithm>
#include <boost/asio/thread_pool.hpp>

#include "api/routes.h"
#include "base/log.h"
#include "base/task_group.h"
#include "queue/local_queue.h"
#include "sandbox/host_client.h"
#include "store/sqlite_store.h"

namespace code_exec::cli {
namespace {

constexpr std::size_t blocking_threads = 2;  // files of jobs and of the compile cache
// For requests under way when the worker has nothing left to tell them.
constexpr std::chrono::milliseconds answer_bound{5000};

queue::QueueOptions queue_options(const char* name, std::size_t waiting_max) {
  queue::QueueOptions options;
  options.name = name;
  options.unfinished_max = waiting_max;
  return options;
}

// Stopping goes on past a part that does not stop well: the others still must.
void note(const char* part, const Result<void>& stopped) {
  if (!stopped) log::warn("part did not stop part={} detail={}", part, log::quoted(stopped.error().detail));
}

class EmbeddedService final : public Embedded {
 public:
  EmbeddedService(EmbeddedOptions options, net::io_context& loop, Fd host_connections,
                  const runtime::Registry& runtimes)
      : options_(std::move(options)),
        executor_(loop.get_executor()),
        runtimes_(runtimes),
        sandbox_(sandbox::make_sandbox(executor_, std::move(host_connections), options_.slots)),
        save_queue_(
            queue::make_local_queue(queue_options("code-save", options_.waiting_max), executor_, clock_)),
        exec_queue_(
            queue::make_local_queue(queue_options("code-exec", options_.waiting_max), executor_, clock_)),
        stopping_(executor_) {}

  Task<void> start() override {
    if (auto opened = open(); !opened) co_return opened;
    // Listening first: when the address is taken, no job has been touched.
    auto server = http::start_server(executor_, router_, metrics_, options_.server);
    if (!server) co_return server.error();
    server_ = std::move(*server);
    co_return co_await worker_->start(service_->final_results());
  }

  std::string address() const override { return server_->address(); }

  Task<void> stop(std::chrono::milliseconds drain) override {
    // Both at once: requests that wait for a run under way are answered when it ends.
    if (server_) stopping_.spawn("stop server", stop_server(drain));
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
    auto save_stopped = co_await save_queue_->stop();
    note("code-save", save_stopped);
    auto exec_stopped = co_await exec_queue_->stop();
    note("code-exec", exec_stopped);
    if (store_) {
      auto store_stopped = co_await store_->stop();
      note("store", store_stopped);
    }
    auto sandbox_stopped = co_await sandbox_->stop();
    note("sandbox", sandbox_stopped);
    co_return ok();
  }

 private:
  Result<void> open() {
    auto store = store::open_sqlite_store({.file = "code-exec.db", .executor = executor_});
    if (!store) return store.error();
    store_ = std::move(*store);
    auto worker = worker::make_worker({.executor = executor_,
                                       .clock = clock_,
                                       .store = *store_,
                                       .save_queue = *save_queue_,
                                       .exec_queue = *exec_queue_,
                                       .runtimes = runtimes_,
                                       .sandbox = *sandbox_,
                                       .blocking = blocking_,
                                       .metrics = metrics_},
                                      options_.worker);
    if (!worker) return worker.error();
    worker_ = std::move(*worker);
    service_ = service::make_job_service({.executor = executor_,
                                          .clock = clock_,
                                          .store = *store_,
                                          .save_queue = *save_queue_,
                                          .exec_queue = *exec_queue_,
                                          .runtimes = runtimes_,
                                          .running = *worker_,
                                          .metrics = metrics_},
                                         options_.service);
    add_routes();
    return ok();
  }

  void add_routes() {
    api::add_original_routes(router_, *service_);
    api::add_jobs_routes(router_, *service_);
    api::add_health_routes(
        router_, [this] { return check_ready(); }, metrics_);
  }

  Task<void> check_ready() {
    auto recovered = worker_->check_ready();
    if (!recovered) co_return recovered.error();
    auto sandbox = sandbox_->check_ready();
    if (!sandbox) co_return sandbox.error();
    co_return co_await service_->check_ready();
  }

  net::awaitable<void> stop_server(std::chrono::milliseconds drain) {
    auto stopped = co_await server_->stop(drain);
    note("server", stopped);
  }

  const EmbeddedOptions options_;
  net::any_io_executor executor_;
  const runtime::Registry& runtimes_;
  Clock& clock_ = system_clock();
  prometheus::Registry metrics_;
  net::thread_pool blocking_{blocking_threads};
  std::unique_ptr<sandbox::Sandbox> sandbox_;
  std::unique_ptr<store::JobStore> store_;
  std::unique_ptr<queue::Queue> save_queue_;
  std::unique_ptr<queue::Queue> exec_queue_;
  std::unique_ptr<worker::Worker> worker_;
  std::unique_ptr<service::JobService> service_;
  http::Router router_;
  std::unique_ptr<http::Server> server_;
  TaskGroup stopping_;
};

}  // namespace

std::unique_ptr<Embedded> make_embedded(EmbeddedOptions options, net::io_context& loop, Fd host_connections,
                                        const runtime::Registry& runtimes) {
  return std::make_unique<EmbeddedService>(std::move(options), loop, std::move(host_connections), runtimes);
}

}  // namespace code_exec::cli
