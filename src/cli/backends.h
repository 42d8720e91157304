// cli/backends.h - where jobs and queues are kept: in this process (SQLite, memory), or on servers that many
// processes share (MongoDB, Redis).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "queue/queue.h"
#include "queue/redis_cancels.h"
#include "queue/redis_queue.h"
#include "redis/url.h"
#include "store/store.h"

namespace code_exec::cli {

struct BackendOptions {
  std::optional<redis::Url> redis;  // none: queues in memory
  std::string queue_prefix = "bull";
  std::string mongo;                  // a URI; empty: SQLite in the working directory
  std::size_t waiting_max = 100'000;  // jobs in one queue; then submissions are refused
  std::chrono::milliseconds retention_age{0};
};

struct Backends {
  std::unique_ptr<store::JobStore> store;
  std::unique_ptr<queue::Queue> save_queue;
  std::unique_ptr<queue::Queue> exec_queue;
  std::optional<queue::RedisQueueOptions> redis;  // where the queues are
  std::unique_ptr<queue::RedisCancels> cancels;   // null: nobody else works on these queues

  // Stops them, each also where another does not stop well. May be called twice.
  Task<void> stop();
};

// Blocks while it opens files. Errc::unavailable: they cannot be used; Errc::invalid: the URI. Servers may be
// away: what needs them says so.
Result<Backends> open_backends(const BackendOptions& options, net::any_io_executor executor, Clock& clock);

}  // namespace code_exec::cli
