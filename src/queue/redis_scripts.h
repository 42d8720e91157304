// queue/redis_scripts.h - the queue's steps as Lua scripts, each atomic in the server (scripts/*.lua, which
// say what they take and answer). They are called by their SHA-1 and sent whole only to a server that has not
// seen them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "redis/connection.h"

namespace code_exec::queue {

class RedisScript {
 public:
  explicit RedisScript(std::string_view own_text);

  // `prefix` is the one key: all others begin with it. Errc::unavailable also for what the server refuses.
  Task<redis::Reply> run(redis::Connection& connection, std::string prefix,
                         std::vector<std::string> arguments) const;

 private:
  std::string text_;
  std::string sha_;
};

namespace scripts {
extern const RedisScript clean, complete, concurrency, counts, fail, fetch, find, incarnation, list, pause,
    promote, push, release, remove, renew, resume, retry, stalled;
}  // namespace scripts

}  // namespace code_exec::queue
