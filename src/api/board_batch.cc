#include "api/board_batch.h"

#include <algorithm>
#include <optional>

#include "base/backoff.h"
#include "base/task_group.h"

namespace code_exec::api {
namespace {

constexpr std::size_t lanes_max = 32;

struct Batch {
  std::vector<job::JobId> ids;
  std::function<Task<bool>(job::JobId)> step;
  std::size_t next = 0;
  std::size_t done = 0;
  std::optional<Error> error;
};

net::awaitable<void> work_off(Batch& batch) {
  co_await ignore_cancellation();
  while (batch.next < batch.ids.size() && !batch.error) {
    Task<bool> step = batch.step(batch.ids[batch.next++]);
    auto did = co_await std::move(step);
    if (!did) batch.error = did.error();
    if (did && *did) ++batch.done;
  }
}

}  // namespace

Task<std::size_t> for_each_job(net::any_io_executor executor, std::vector<job::JobId> ids,
                               std::function<Task<bool>(job::JobId)> step) {
  co_await ignore_cancellation();
  Batch batch{.ids = std::move(ids), .step = std::move(step), .error = std::nullopt};
  TaskGroup lanes(executor);
  for (std::size_t i = 0; i < std::min(lanes_max, batch.ids.size()); ++i)
    lanes.spawn("board", work_off(batch));
  auto joined = co_await lanes.join();
  if (!joined) co_return joined.error();
  if (batch.error) co_return *batch.error;
  co_return batch.done;
}

}  // namespace code_exec::api
