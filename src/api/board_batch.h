// api/board_batch.h - the same step for many jobs, some at a time: a store commits many at once.
#pragma once

#include <functional>
#include <vector>

#include "base/task.h"
#include "job/job_id.h"

namespace code_exec::api {

// Answers for how many `step` said true. The first error ends it, after the steps under way, and is what is
// answered. Once it has begun, a client that goes away does not end it.
Task<std::size_t> for_each_job(net::any_io_executor executor, std::vector<job::JobId> ids,
                               std::function<Task<bool>(job::JobId)> step);

}  // namespace code_exec::api
