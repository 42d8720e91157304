#include "cli/backends.h"

#include "base/log.h"
#include "queue/local_queue.h"
#include "queue/redis_queue.h"
#include "store/mongo_store.h"
#include "store/sqlite_store.h"

namespace code_exec::cli {
namespace {

queue::QueueOptions queue_options(const char* name, const BackendOptions& options) {
  queue::QueueOptions made;
  made.name = name;
  made.unfinished_max = options.waiting_max;
  return made;
}

Result<std::unique_ptr<store::JobStore>> open_store(const BackendOptions& options,
                                                    const net::any_io_executor& executor) {
  if (options.mongo.empty()) return store::open_sqlite_store({.file = "code-exec.db", .executor = executor});
  auto store = store::open_mongo_store(
      {.uri = options.mongo, .executor = executor, .expire_after = options.retention_age});
  if (!store) return Error{store.error().code, store.error().detail, "--mongo"};
  return store;
}

}  // namespace

Result<Backends> open_backends(const BackendOptions& options, net::any_io_executor executor, Clock& clock) {
  auto store = open_store(options, executor);
  if (!store) return store.error();
  Backends backends;
  backends.store = *std::move(store);
  const queue::QueueOptions save = queue_options("code-save", options);
  const queue::QueueOptions exec = queue_options("code-exec", options);
  if (!options.redis) {
    backends.save_queue = queue::make_local_queue(save, executor, clock);
    backends.exec_queue = queue::make_local_queue(exec, executor, clock);
    return backends;
  }
  queue::RedisQueueOptions redis;
  redis.connection.url = *options.redis;
  redis.prefix = options.queue_prefix;
  redis.job_name = "saveCode";
  backends.save_queue = queue::make_redis_queue(save, redis, executor, clock);
  redis.job_name = "execCode";
  backends.exec_queue = queue::make_redis_queue(exec, redis, executor, clock);
  backends.cancels = queue::make_redis_cancels(redis, executor);
  backends.redis = redis;
  return backends;
}

Task<void> Backends::stop() {
  Result<void> all;
  auto note = [&all](const Result<void>& stopped) {
    if (!stopped) all = stopped;
  };
  for (queue::Queue* queue : {save_queue.get(), exec_queue.get()}) {
    if (queue) note(co_await queue->stop());
  }
  if (cancels) note(co_await cancels->stop());
  if (store) note(co_await store->stop());
  co_return all;
}

}  // namespace code_exec::cli
