// redis/connection.h - one connection to a Redis server, which comes back by itself when it is lost. Commands
// are written at once and answered in their order (pipelining); nothing blocks the event loop, to whose
// thread it belongs. The protocol (RESP 2) is read by hiredis; the socket is Asio's, which hiredis 0.14
// leaves no other way to have TLS on.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/event.h"
#include "base/task_group.h"
#include "redis/url.h"

namespace code_exec::redis {

struct Reply {
  enum class Type { nil, integer, text, array, error };
  Type type = Type::nil;
  std::int64_t integer = 0;
  std::string text;  // of an error: its code first, as "NOSCRIPT No matching script"
  std::vector<Reply> items;
};

using Command = std::vector<std::string>;

struct ConnectionOptions {
  Url url;
  std::string name;  // as CLIENT LIST shows it; empty: none
  std::chrono::milliseconds connect_max = std::chrono::seconds(5);
  std::chrono::milliseconds answer_max = std::chrono::seconds(10);  // then the connection is given up
};

class Stream;

class Connection {
 public:
  Connection(net::any_io_executor executor, ConnectionOptions options);
  ~Connection();  // await stop() first

  // Errc::unavailable: there is no connection, or it was lost before the answer, and whether the command was
  // carried out is not known. Error replies are answers. While the first connection is being made, it waits.
  Task<Reply> call(Command command);
  // For a command that itself waits in the server, for `blocks` at most.
  Task<Reply> call(Command command, std::chrono::milliseconds blocks);

  bool is_connected() const { return is_connected_; }
  // Returns when it is connected, at once if it is; Errc::cancelled when it stops.
  Task<void> until_connected();
  Task<void> until_connected(std::chrono::milliseconds bound);  // or Errc::timeout
  // Ends every call with Errc::cancelled. May be called twice.
  Task<void> stop();

 private:
  struct Pending;
  struct Entering {
    bool must_succeed = true;
    bool is_secret = false;
  };

  net::awaitable<void> run();
  Task<void> connect();
  net::awaitable<void> close_unless_entered();
  static Error refused(const Reply& reply, bool is_secret);
  net::awaitable<void> read_until_broken();
  net::awaitable<void> write();
  std::shared_ptr<Pending> send(const Command& command);
  void write_soon(std::string bytes);
  void enter();
  Result<void> take(Reply reply);
  void lose(const Error& why);
  Error gone() const;

  net::any_io_executor executor_;
  const ConnectionOptions options_;
  std::unique_ptr<Stream> stream_;
  std::deque<std::shared_ptr<Pending>> pending_;  // shared with the callers, who may be cancelled
  std::deque<Entering> entering_;                 // the first of those, which nobody asked for
  std::deque<std::shared_ptr<Pending>>
      early_;  // of calls before the first connection was made, in their order
  std::string early_bytes_;
  std::string unsent_;
  bool is_writing_ = false;
  bool is_entering_ = false;
  bool is_reading_ = false;
  bool has_entered_ = false;  // this connection, though it may be lost again
  bool is_connected_ = false;
  bool has_tried_ = false;
  bool is_stopping_ = false;
  Error last_error_{Errc::unavailable, "not connected", {}};
  Notifier changed_;
  TaskGroup group_;
};

}  // namespace code_exec::redis
