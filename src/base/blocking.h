// base/blocking.h - the one way to call something that blocks (file reads, compiling a cache entry) from the
// event loop: it runs on a small pool of threads and the coroutine goes on, on its own executor, when it
// ends.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>

#include "base/task.h"

namespace code_exec {

// `work` runs on `pool`; what it uses must outlive it. It returns a Result<T>.
template <class Work>
auto run_blocking(net::thread_pool& pool, Work work) -> net::awaitable<decltype(work())> {
  auto on_pool = [](Work inner) -> net::awaitable<decltype(inner())> { co_return inner(); };
  co_return co_await net::co_spawn(pool, on_pool(std::move(work)), net::use_awaitable);
}

}  // namespace code_exec
