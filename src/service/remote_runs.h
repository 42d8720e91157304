// service/remote_runs.h - cancels that reach runs on every machine.
#pragma once

#include "queue/redis_cancels.h"
#include "service/service.h"

namespace code_exec::service {

class RemoteRuns final : public RunningJobs {
 public:
  // `local`: the worker of this process, or null. Both must outlive it.
  RemoteRuns(RunningJobs* local, queue::RedisCancels& cancels) : local_(local), cancels_(cancels) {}

  Task<bool> cancel(job::Job job) override;

 private:
  RunningJobs* local_;
  queue::RedisCancels& cancels_;
};

}  // namespace code_exec::service
