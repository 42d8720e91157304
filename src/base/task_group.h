// base/task_group.h - the owner of background coroutines. Nothing is detached without one: whoever starts
// work in a group waits for it with join() before it goes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "base/task.h"

namespace code_exec {

class TaskGroup {
 public:
  explicit TaskGroup(net::any_io_executor executor);
  ~TaskGroup();  // every task must have ended: call stop() or join() first
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `work` on the group's executor. What escapes from it as an exception is logged once and ends only
  // that task. `name` must outlive the task: a literal.
  void spawn(const char* name, net::awaitable<void> work);
  std::size_t size() const;
  // Waits until every task has ended by itself.
  Task<void> join();
  // Cancels what every task waits for now; returns at once.
  void cancel();
  // cancel(), then join(). May be called twice.
  Task<void> stop();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the completion handlers of tasks that end after us
};

}  // namespace code_exec
