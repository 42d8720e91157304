// redis/follower.h - follows a stream from what was its end at the beginning. Waits in the server, on a
// connection of its own; what was added while that was cut off is read when it is back.
#pragma once

#include <functional>

#include "redis/connection.h"

namespace code_exec::redis {

class Follower {
 public:
  // `entry` is called on the event loop with the fields of each entry, a flat list of names and values.
  using OnEntry = std::function<void(const Reply& fields)>;
  // What `commands` is told to do after this is seen. It must outlive us; stop it first.
  Follower(net::any_io_executor executor, const ConnectionOptions& options, Connection& commands,
           std::string key, OnEntry entry);

  // May be called twice.
  Task<void> stop();

 private:
  net::awaitable<void> run();
  Task<void> read();
  Command next() const;

  const std::string key_;
  OnEntry entry_;
  Connection& commands_;
  Connection connection_;
  std::string last_;  // the id of the latest entry seen; empty: not known yet
  bool is_stopping_ = false;
  TaskGroup group_;
};

}  // namespace code_exec::redis
