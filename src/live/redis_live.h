// live/redis_live.h - runs that are watched from other machines, through streams of Redis beside the queues.
//
//   PREFIX:code-exec-live             followed by every worker; from services:
//       watch SERVICE JOB...          its clients watch these jobs; said again every `watch_again`
//       unwatch SERVICE JOB           nobody does any more
//       input JOB BYTES, end JOB, signal JOB NUMBER      for the run of the job, wherever it is
//   PREFIX:code-exec-live:SERVICE     followed by that service; from the workers that run what it watches:
//       begin JOB RUN
//       stdout JOB RUN OFFSET BYTES, stderr the same
//
// So a run that nobody watches costs nothing, and one that is watched is sent to those who watch it alone.
// Streams are cut at a length: what a service was too slow to read it lacks until the job's result, which has
// it all. Signs of life and ends are from the store and the queues, not from here.
#pragma once

#include <memory>

#include "live/live_runs.h"
#include "queue/redis_queue.h"

namespace code_exec::live {

// A service's part: asks for what its clients watch, and brings it into `live`. Set it as live's Elsewhere.
class RedisWatcher : public Elsewhere {
 public:
  virtual const std::string& name() const = 0;  // of this service, in the streams
  virtual Task<void> stop() = 0;                // when nobody watches any more; may be called twice
};
std::unique_ptr<RedisWatcher> make_redis_watcher(const queue::RedisQueueOptions& options,
                                                 net::any_io_executor executor, LiveRuns& live);

// A worker's part: sends what is watched of the runs in `live`, and passes on what is said to them.
class RedisPublisher {
 public:
  virtual ~RedisPublisher() = default;
  virtual Task<void> stop() = 0;  // may be called twice
};
// `own_service`: in the same process, which needs no telling; or empty.
std::unique_ptr<RedisPublisher> make_redis_publisher(const queue::RedisQueueOptions& options,
                                                     net::any_io_executor executor, LiveRuns& live,
                                                     std::string own_service);

}  // namespace code_exec::live
