// store/call_queue.h - how a coroutine on the event loop calls something that blocks a thread of its own,
// when the thread wants to take many calls at once. The thread loops:
//
//   while (auto calls = queue.take(max); !calls.empty()) { run each; answer(executor, std::move(calls)); }
//
// Where calls go to a server together, it prepares each of them first, then sends, then runs each of them.
#pragma once

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <memory>
#include <mutex>
#include <vector>

#include "base/task.h"

namespace code_exec::store {

// A call on its way. `Side` is what the thread works with: a connection.
template <class Side>
class Call {
 public:
  virtual ~Call() = default;
  // On the thread: adds what it wants to what `side` will send. Nothing, for work that has no prepare().
  virtual void prepare(Side& side) = 0;
  // On the thread: makes the result. Its error, or null.
  virtual const Error* run(Side& side) = 0;
  // On the thread: this is the result after all.
  virtual void fail(const Error& error) = 0;
  // On the event loop, once: the coroutine goes on with the result.
  virtual void answer() = 0;
};

template <class Side>
using Calls = std::vector<std::unique_ptr<Call<Side>>>;

// One hop to the event loop for all of them.
template <class Side>
void answer(const net::any_io_executor& executor, Calls<Side> calls) {
  net::post(executor, [calls = std::move(calls)] {
    for (const auto& call : calls) call->answer();
  });
}

template <class Side>
class CallQueue {
 public:
  explicit CallQueue(std::size_t waiting_max) : waiting_max_(waiting_max) {}

  // Takes the call, unless it is closed or full: then says why, and leaves the call alone.
  Result<void> push(std::unique_ptr<Call<Side>>& call) {
    {
      std::lock_guard lock(mutex_);
      if (closed_) return Error{Errc::unavailable, "the store is closed", {}};
      if (waiting_.size() >= waiting_max_)
        return Error{Errc::unavailable, "too many calls wait for the store", {}};
      waiting_.push_back(std::move(call));
    }
    not_empty_.notify_one();
    return ok();
  }

  // Everything that waits, up to `max`; waits for the first, and then for company until `not_before`. Empty:
  // closed, and nothing is left.
  Calls<Side> take(std::size_t max, std::chrono::steady_clock::time_point not_before = {}) {
    std::unique_lock lock(mutex_);
    not_empty_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    not_empty_.wait_until(lock, not_before, [this] { return closed_; });
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(max, waiting_.size()));
    Calls<Side> calls(std::move_iterator(waiting_.begin()), std::move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return calls;
  }

  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    not_empty_.notify_all();
  }

 private:
  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable not_empty_;
  std::deque<std::unique_ptr<Call<Side>>> waiting_;
  bool closed_ = false;
};

template <class Side, class T, class Work, class Handler>
class AwaitedCall final : public Call<Side> {
 public:
  AwaitedCall(Work work, Handler handler, const net::any_io_executor& executor)
      : work_(std::move(work)), handler_(std::move(handler)), loop_must_stay_(executor) {}

  void prepare(Side& side) override {
    if constexpr (requires { work_.prepare(side); }) work_.prepare(side);
  }
  const Error* run(Side& side) override {
    result_ = work_(side);
    return result_ ? nullptr : &result_.error();
  }
  void fail(const Error& error) override { result_ = error; }
  void answer() override {
    Handler handler = std::move(handler_);
    std::move(handler)(std::move(result_));
  }

 private:
  Work work_;
  Handler handler_;
  net::executor_work_guard<net::any_io_executor> loop_must_stay_;
  Result<T> result_;
};

// Runs `work`, which takes a Side& and returns a Result<T> and may have a prepare(Side&), on the queue's
// thread. Errc::unavailable at once when the queue does not take it. What is taken is not cancelled: its
// thread may be at it.
template <class T, class Side, class Work>
Task<T> call(CallQueue<Side>& queue, net::any_io_executor executor, Work work) {
  auto start = [&queue, executor, work = std::move(work)](auto handler) mutable {
    using Made = AwaitedCall<Side, T, Work, decltype(handler)>;
    std::unique_ptr<Call<Side>> made = std::make_unique<Made>(std::move(work), std::move(handler), executor);
    auto pushed = queue.push(made);
    if (pushed) return;
    made->fail(pushed.error());
    Calls<Side> refused;
    refused.push_back(std::move(made));
    answer(executor, std::move(refused));
  };
  return net::async_initiate<const net::use_awaitable_t<>&, void(Result<T>)>(std::move(start),
                                                                             net::use_awaitable);
}

}  // namespace code_exec::store
