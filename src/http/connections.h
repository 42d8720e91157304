// http/connections.h - what the connections of one server share: options, budgets, the list of the open ones
// and the one timer behind all their deadlines. Belongs to the event loop thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <unordered_set>
#include <vector>

#include "base/event.h"
#include "http/http.h"
#include "http/metrics.h"
#include "http/server.h"

namespace code_exec::http {

using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline no_deadline = Deadline::max();

class Session;

// Shared by the server, its sessions and the timer's handler, which may all be the last to go.
class Connections : public std::enable_shared_from_this<Connections> {
 public:
  Connections(net::any_io_executor executor, const Router& router, prometheus::Registry& registry,
              ServerOptions options);

  void add(Session& session);
  void remove(Session& session);
  std::size_t count() const { return open_.size() - refused_; }
  std::size_t refused_count() const { return refused_; }  // open too, but only to be told so

  // A session's deadline may now be as early as this. Sessions move their deadlines with every request, so
  // the timer is not moved with them: it fires at the earliest one it was told and looks again. Near the rate
  // of requests that costs nothing; a timer a wait would cost a system call each.
  void watch(Deadline deadline);

  // Idle connections close now, others after their response.
  void begin_stop();
  bool stopping() const { return stopping_; }
  void abort();                           // closes every connection and cancels its handler
  Task<void> wait_empty(Deadline until);  // Errc::timeout

  const net::any_io_executor executor;
  const Router& router;
  const ServerOptions options;
  HttpMetrics metrics;
  std::size_t body_bytes = 0;    // of requests, being received or handled
  std::size_t unsent_bytes = 0;  // of responses that wait for a slow client

 private:
  void arm(Deadline at);
  void on_timer();

  std::vector<std::shared_ptr<Session>> sessions() const;

  std::unordered_set<Session*> open_;
  std::size_t refused_ = 0;
  net::steady_timer timer_;
  Deadline armed_ = no_deadline;
  Notifier emptied_;
  bool stopping_ = false;
};

}  // namespace code_exec::http
