// queue/redis_cancels.h - how a service asks the workers on other machines to end a job: a stream beside the
// queues, which every worker follows.
#pragma once

#include <functional>
#include <memory>

#include "job/job_id.h"
#include "redis/connection.h"

namespace code_exec::queue {

struct RedisQueueOptions;

class RedisCancels {
 public:
  virtual ~RedisCancels() = default;
  // Errc::unavailable: nobody was told, perhaps.
  virtual Task<void> ask(job::JobId id) = 0;
  // `cancel` is called on the event loop for each job that was asked for since. Call it once.
  virtual void follow(std::function<void(const job::JobId&)> cancel) = 0;
  virtual Task<void> stop() = 0;  // may be called twice
};

std::unique_ptr<RedisCancels> make_redis_cancels(const RedisQueueOptions& options,
                                                 net::any_io_executor executor);

}  // namespace code_exec::queue
