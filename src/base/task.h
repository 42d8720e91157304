// base/task.h - the type of everything that waits: a coroutine on the event loop that ends in a Result.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/result.h"

namespace code_exec {

namespace net = boost::asio;

template <class T>
using Task = net::awaitable<Result<T>>;

}  // namespace code_exec
