// store/store_threads.h - the threads of a store, and how its stop() waits for them without blocking the
// loop.
#pragma once

#include <pthread.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "base/event.h"

namespace code_exec::store {

class StoreThreads {
 public:
  explicit StoreThreads(net::any_io_executor executor)
      : executor_(executor), running_(std::make_shared<Running>(std::move(executor))) {}
  // Whatever the threads wait for must have been closed.
  ~StoreThreads() { join(); }
  StoreThreads(const StoreThreads&) = delete;
  StoreThreads& operator=(const StoreThreads&) = delete;

  // `work` returns when what it waits for is closed. Its name is at most 15 characters, as the kernel shows
  // it.
  template <class Work>
  void add(const char* name, Work work) {
    ++running_->count;
    threads_.emplace_back([executor = executor_, running = running_, work = std::move(work)]() mutable {
      work();
      net::post(executor, [running = std::move(running)] {
        if (--running->count == 0) running->none.set();
      });
    });
    pthread_setname_np(threads_.back().native_handle(), name);
  }

  // Waits until all have ended. May be called twice.
  Task<void> until_ended() {
    auto running = running_;
    auto ended = co_await running->none.wait();
    if (!ended) co_return ended;
    join();
    co_return ok();
  }

 private:
  // Shared with what the threads post last, which may run after the store is gone.
  struct Running {
    explicit Running(net::any_io_executor executor) : none(std::move(executor)) {}
    std::size_t count = 0;  // of the event loop
    Latch none;
  };

  void join() {
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  net::any_io_executor executor_;
  std::shared_ptr<Running> running_;
  std::vector<std::thread> threads_;
};

}  // namespace code_exec::store
