// base/event.h - waiting for something to happen on the event loop, without polling. Both classes belong to
// one event loop thread and are not thread-safe.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "base/task.h"

namespace code_exec {

// Wakes everyone who waits at the moment of notify(). Keeps no memory of it: test your condition, then wait.
class Notifier {
 public:
  explicit Notifier(net::any_io_executor executor);
  void notify();
  // Errc::timeout when `deadline` passed first, Errc::cancelled when the coroutine was cancelled.
  Task<void> wait();
  Task<void> wait_until(std::chrono::steady_clock::time_point deadline);

 private:
  net::any_io_executor executor_;
  struct Waiter;
  Waiter* waiters_ = nullptr;
};

// A one-way flag: once set it stays set, and every wait returns at once.
class Latch {
 public:
  explicit Latch(net::any_io_executor executor) : notifier_(std::move(executor)) {}
  void set();
  bool is_set() const { return set_; }
  Task<void> wait();
  Task<void> wait_until(std::chrono::steady_clock::time_point deadline);

 private:
  Notifier notifier_;
  bool set_ = false;
};

}  // namespace code_exec
