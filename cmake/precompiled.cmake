# Precompiled for every source of the library: what most of them include and what is slow to parse. A list and not a
# header of ours: the generated file must not name the clone's directory, or ccache could not serve another clone.
target_precompile_headers(code_exec_lib PRIVATE
  <boost/asio/any_io_executor.hpp>
  <boost/asio/awaitable.hpp>
  <boost/asio/co_spawn.hpp>
  <boost/asio/io_context.hpp>
  <boost/asio/posix/stream_descriptor.hpp>
  <boost/asio/steady_timer.hpp>
  <boost/asio/this_coro.hpp>
  <boost/asio/use_awaitable.hpp>
  <boost/json/value.hpp>
  <algorithm>
  <array>
  <chrono>
  <functional>
  <map>
  <memory>
  <optional>
  <string>
  <string_view>
  <unordered_map>
  <utility>
  <variant>
  <vector>
)
