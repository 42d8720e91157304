#include "redis/follower.h"

#include "base/backoff.h"

namespace code_exec::redis {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds block = 5s;
constexpr auto retry_after = 100ms;  // where Redis answers but refuses
constexpr std::size_t entries_max = 500;
constexpr auto gather = 1ms;

}  // namespace

Follower::Follower(net::any_io_executor executor, const ConnectionOptions& options, Connection& commands,
                   std::string key, OnEntry entry)
    : key_(std::move(key)),
      entry_(std::move(entry)),
      commands_(commands),
      connection_(executor, options),
      group_(executor) {
  group_.spawn("follow stream", run());
}

net::awaitable<void> Follower::run() {
  co_await ignore_cancellation();
  while (!is_stopping_) {
    auto done = co_await read();
    if (done || is_stopping_) continue;
    auto connected = co_await connection_.until_connected();
    if (!connected) break;
    auto slept = co_await pause(system_clock(), retry_after);
    if (!slept) break;
  }
}

Task<void> Follower::read() {
  Command command = next();
  Connection& connection = last_.empty() ? commands_ : connection_;
  auto reply = co_await connection.call(std::move(command), block);
  if (!reply) co_return reply.error();
  if (reply->type == Reply::Type::error) co_return Error{Errc::unavailable, reply->text, {}};
  const bool is_first = last_.empty();
  if (is_first) last_ = "0-0";
  if (reply->items.empty()) co_return ok();  // nothing came
  if (is_first) {
    if (!reply->items[0].items.empty()) last_ = reply->items[0].items[0].text;
    co_return ok();
  }
  if (reply->items[0].items.size() != 2) co_return Error{Errc::unavailable, "redis: no stream's entries", {}};
  for (const Reply& entry : reply->items[0].items[1].items) {
    if (entry.items.size() != 2) continue;
    last_ = entry.items[0].text;
    entry_(entry.items[1]);
  }
  // A job's steps add a handful of entries in a row: read together, they cost the server and us one read.
  auto gathered = co_await pause(system_clock(), gather);
  co_return gathered || is_stopping_ ? ok() : gathered;
}

Command Follower::next() const {
  if (last_.empty()) return {"XREVRANGE", key_, "+", "-", "COUNT", "1"};
  return {"XREAD", "COUNT", std::to_string(entries_max), "BLOCK", std::to_string(block.count()), "STREAMS",
          key_,    last_};
}

Task<void> Follower::stop() {
  is_stopping_ = true;
  auto stopped = co_await connection_.stop();
  auto ended = co_await group_.stop();
  co_return stopped ? ended : stopped;
}

}  // namespace code_exec::redis
