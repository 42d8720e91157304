#include "cli/main_loop.h"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace code_exec::cli {

void run_main(net::io_context& loop, net::awaitable<void> work) {
  std::exception_ptr failure;
  net::co_spawn(loop, std::move(work), [&](std::exception_ptr escaped) {
    failure = std::move(escaped);
    loop.stop();
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace code_exec::cli
