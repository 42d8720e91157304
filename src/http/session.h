// http/session.h - one connection: requests in, one at a time, responses out, within the server's bounds.
//
// One read is nearly always under way, also while a handler works: what it brings is kept for the next
// request, and when it brings the end, the handler is cancelled. Reads and deadlines end in plain callbacks
// that wake the one coroutine, so an ordinary request costs no timer and no coroutine of its own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "http/connections.h"
#include "http/http.h"
#include "http/read_buffer.h"
#include "http/request_parser.h"
#include "http/stream.h"

namespace code_exec::http {

// Owned by its coroutine and by the callbacks under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  enum class Mode { serve, refuse };  // refuse: answers 503 to whatever comes and closes

  // `socket` is non-blocking.
  Session(std::shared_ptr<Connections> connections, Socket socket, std::string remote_address, Mode mode);
  void start();

  Mode mode() const { return mode_; }

  // For Connections. None of them ends the session at once: they wake it.
  Deadline deadline() const { return deadline_; }
  void on_deadline();
  void on_stop();
  void abort();

 private:
  enum class Phase { idle, header, body, handling, writing, lingering, upgraded };
  enum class Received { request, rejected, gone };

  static net::awaitable<void> serve(std::shared_ptr<Session> self);
  static net::awaitable<void> refuse(std::shared_ptr<Session> self);
  void on_end(std::exception_ptr failure);

  net::awaitable<Received> receive();
  std::optional<Received> parse();  // nullopt: more bytes are needed
  Received reject(int status, std::string_view title, std::string_view detail);
  net::awaitable<bool> handle(Response& response);  // false: the client went away
  // While a handler or a streamed body works: the client's going away is heard, and cancels it.
  void listen_while_handling();
  net::awaitable<bool> send(const Response& response, bool with_body, bool keep_alive);
  net::awaitable<bool> write(std::string_view head, std::string_view body);
  class Writer;
  net::awaitable<bool> stream(const Response& response, bool with_body);  // false: not all of it was taken
  class Upgraded;
  net::awaitable<void> upgrade(const Response& response);
  net::awaitable<bool> wait_writable(std::size_t bytes);
  net::awaitable<void> linger();

  void enter(Phase phase, Deadline deadline);
  void start_read(std::size_t count);
  void on_read(boost::system::error_code error, std::size_t count);
  void cancel_handler();
  bool account_body();  // false: over the bound of all bodies together
  void forget_body();
  void forget_unsent();
  net::awaitable<void> woken();
  void wake() { wake_.cancel(); }

  const Mode mode_;
  const std::shared_ptr<Connections> shared_;
  Socket socket_;
  const std::string remote_address_;
  net::steady_timer wake_;  // never expires: woken by cancelling it
  net::cancellation_signal cancellation_;

  ReadBuffer input_;
  std::optional<RequestParser> parser_;
  Response rejection_;
  std::string head_;  // of the response, kept for its memory

  Phase phase_ = Phase::idle;
  Deadline deadline_ = no_deadline;
  std::size_t body_bytes_ = 0;    // our part of shared_->body_bytes
  std::size_t unsent_bytes_ = 0;  // and of shared_->unsent_bytes
  bool reading_ = false;
  bool input_ended_ = false;
  bool writable_ = false;
  bool expired_ = false;    // deadline_ has passed
  bool cancelled_ = false;  // nothing may be awaited any more
};

}  // namespace code_exec::http
