// queue/redis_queue.h - a queue in Redis, in BullMQ's layout (version 6.7): every BullMQ client and board
// works on it beside us. Each step is one atomic script. Times are our own clock's, as a BullMQ client's are
// its own.
//
// At least once: a worker that does not renew its lease loses the job to another one. What Redis has
// acknowledged and lost (appendonly off) is lost here: the store knows it, and recovery pushes it again.
#pragma once

#include <memory>

#include "queue/queue.h"
#include "redis/connection.h"

namespace code_exec::queue {

struct RedisQueueOptions {
  redis::ConnectionOptions connection;
  std::string prefix = "bull";   // "{bull}" has all of a cluster's keys in one slot
  std::string job_name = "job";  // of what is pushed, as a board shows it
};

// Errc::unavailable of any call: Redis is not there, is read-only or out of memory; nothing was changed, or
// it is not known. Claims wait until it is back.
std::unique_ptr<Queue> make_redis_queue(QueueOptions options, RedisQueueOptions redis,
                                        net::any_io_executor executor, Clock& clock);

}  // namespace code_exec::queue
