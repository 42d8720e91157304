// sandbox/host/warm_parents.h - the interpreters that a host has started ahead, and which fork runs into
// slots (sandbox/warm/parent.cc). Each is replaced after so many forks or so much time, when it dies, and at
// anything odd; the next one is ready before the old one goes.
#pragma once

#include <span>
#include <vector>

#include "sandbox/host/isolation.h"
#include "sandbox/host/poller.h"
#include "sandbox/protocol.h"

namespace code_exec::sandbox {

// Starts one that nothing is forked from, and ends it. Errc::unavailable: it did not become ready, and why;
// runs then start cold.
Result<void> try_warm_parent(Isolation& isolation, const WarmProgram& program);

class WarmParents {
 public:
  WarmParents(const HostOptions& options, Poller& poller) : options_(options), poller_(poller) {}

  // They are started by tick(). `isolation` must outlive this.
  void prepare(Isolation& isolation);
  // `number` counts from 1, as in RunRequest; any number may be asked for. Whether there is one that can
  // fork.
  bool is_ready(std::uint32_t number) const;
  // 0: none does. What waits in a slot before any job has come is a fork, which costs little.
  std::uint32_t first_that_forks() const;
  // Asks for a fork; what comes of it is said on the socket among the descriptors. False: it did not take the
  // request.
  bool fork(std::uint32_t number, const WarmFork& request, std::span<const int> fds);
  // Which one it is by now: it grows when another takes over.
  std::uint64_t life(std::uint32_t number) const { return parents_[number - 1].life; }
  // A run of it became ready.
  void trust(std::uint32_t number) { parents_[number - 1].failures = 0; }
  // A run of it did not become ready: it is replaced, if it is still the one.
  void distrust(std::uint32_t number, std::uint64_t life);
  void handle(std::size_t index);
  void tick();
  Monotonic::time_point next_deadline() const;
  void shut_down();

 private:
  using Process = StartedWarmParent;
  struct Parent {
    Process current;  // has said that it is ready
    Process next;     // was started
    Process retired;  // does what it was asked for before, and ends
    std::uint64_t life = 0;
    int forks = 0;                   // of `current`
    int failures = 0;                // in a row
    Monotonic::time_point renew_at;  // when `current` is old
    Monotonic::time_point start_at;  // when the next is started
    Monotonic::time_point ready_by;  // or `next` is given up
    Monotonic::time_point gone_by;   // or `retired` is killed
  };

  void start(Parent& parent);
  void take_over(Parent& parent);
  void give_up_next(Parent& parent, const char* why);
  void start_later(Parent& parent);
  void end(Process& process);
  std::size_t index_of(const Parent& parent) const {
    return static_cast<std::size_t>(&parent - parents_.data());
  }

  const HostOptions& options_;
  Poller& poller_;
  Isolation* isolation_ = nullptr;
  WarmPlan plan_{};
  std::vector<Parent> parents_;
};

}  // namespace code_exec::sandbox
