#include "base/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <cassert>
#include <exception>
#include <list>

#include "base/event.h"
#include "base/log.h"

namespace code_exec {

struct TaskGroup::State {
  explicit State(const net::any_io_executor& e) : executor(e), changed(e) {}
  net::any_io_executor executor;
  Notifier changed;
  std::list<net::cancellation_signal> running;
};

TaskGroup::TaskGroup(net::any_io_executor executor) : state_(std::make_shared<State>(executor)) {}

TaskGroup::~TaskGroup() {
  assert(state_->running.empty());
}

std::size_t TaskGroup::size() const {
  return state_->running.size();
}

void TaskGroup::spawn(const char* name, net::awaitable<void> work) {
  auto signal = state_->running.emplace(state_->running.end());
  auto ended = [state = state_, signal, name](std::exception_ptr failure) {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      log::error("task failed task={} error={}", name, error.what());
    }
    state->running.erase(signal);
    state->changed.notify();
  };
  net::co_spawn(state_->executor, std::move(work),
                net::bind_cancellation_slot(signal->slot(), std::move(ended)));
}

Task<void> TaskGroup::join() {
  auto state = state_;
  while (!state->running.empty()) {
    auto waited = co_await state->changed.wait();
    if (!waited) co_return waited.error();
  }
  co_return ok();
}

void TaskGroup::cancel() {
  for (auto signal = state_->running.begin(); signal != state_->running.end();) {
    auto current = signal++;  // emit() may end the task, which erases its signal
    current->emit(net::cancellation_type::terminal);
  }
}

Task<void> TaskGroup::stop() {
  cancel();
  co_return co_await join();
}

}  // namespace code_exec
