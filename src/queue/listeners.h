// queue/listeners.h - who listens to a queue's events; every backend has one of these.
#pragma once

#include <cassert>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "queue/queue.h"

namespace code_exec::queue {

class Listeners {
 public:
  Listeners() = default;
  ~Listeners() { assert(listeners_.empty()); }
  Listeners(const Listeners&) = delete;
  Listeners& operator=(const Listeners&) = delete;

  std::unique_ptr<Queue::Subscription> subscribe(std::function<void(const Event&)> listener) {
    const std::uint64_t number = ++last_number_;
    listeners_.emplace(number, std::make_shared<std::function<void(const Event&)>>(std::move(listener)));
    return std::make_unique<Entered>(*this, number);
  }

  // A listener may end its own or another subscription, or begin one, while it is called.
  void emit(const Event& event) {
    for (auto next = listeners_.begin(); next != listeners_.end();) {
      const auto [number, listener] = *next;
      (*listener)(event);
      next = listeners_.upper_bound(number);
    }
  }

 private:
  class Entered final : public Queue::Subscription {
   public:
    Entered(Listeners& listeners, std::uint64_t number) : listeners_(listeners), number_(number) {}
    ~Entered() override { listeners_.listeners_.erase(number_); }

   private:
    Listeners& listeners_;
    std::uint64_t number_;
  };

  // Shared with emit() while it calls, so that a listener may remove itself.
  std::map<std::uint64_t, std::shared_ptr<std::function<void(const Event&)>>> listeners_;
  std::uint64_t last_number_ = 0;
};

}  // namespace code_exec::queue
