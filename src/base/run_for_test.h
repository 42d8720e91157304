// base/run_for_test.h - runs one coroutine to its end on a fresh or given loop, for tests.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>

#include "base/task.h"

namespace code_exec {

// The result of `task`. Fails the test and aborts it after `bound`, so that a hang is a failure with a name.
template <class T>
Result<T> run_to_end(net::io_context& loop, Task<T> task,
                     std::chrono::seconds bound = std::chrono::seconds(20)) {
  std::optional<Result<T>> result;
  std::exception_ptr failure;
  net::co_spawn(loop, std::move(task), [&](std::exception_ptr error, Result<T> value) {
    failure = error;
    result.emplace(std::move(value));
  });
  loop.restart();
  const auto deadline = std::chrono::steady_clock::now() + bound;
  while (!result && std::chrono::steady_clock::now() < deadline) loop.run_one_until(deadline);
  if (failure) std::rethrow_exception(failure);
  if (!result) {
    ADD_FAILURE() << "the task did not end within " << bound.count() << " s";
    std::abort();
  }
  return std::move(*result);
}

}  // namespace code_exec
