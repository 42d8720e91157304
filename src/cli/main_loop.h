// cli/main_loop.h - runs a subcommand's one coroutine on an event loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace code_exec::cli {

namespace net = boost::asio;

// Returns when `work` has ended; what else is on the loop then (a wait for signals) is left there. An
// exception that escapes from `work` is thrown here.
void run_main(net::io_context& loop, net::awaitable<void> work);

}  // namespace code_exec::cli
