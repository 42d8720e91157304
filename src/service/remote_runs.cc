#include "service/remote_runs.h"

namespace code_exec::service {

Task<bool> RemoteRuns::cancel(job::Job job) {
  const bool is_running = job.status == job::Status::running;
  if (local_) {
    auto told = co_await local_->cancel(job);
    if (told && *told) co_return true;
  }
  auto asked = co_await cancels_.ask(job.id);
  if (!asked) co_return asked.error();
  co_return is_running;
}

}  // namespace code_exec::service
