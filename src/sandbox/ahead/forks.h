// sandbox/ahead/forks.h - the part of a warm parent that is the same for all of them: it is told a plan, says
// when it is ready, and forks on request. It never opens, receives or sees a byte of any job.
#pragma once

#include <span>

#include "sandbox/protocol.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {

class Forks {
 public:
  virtual ~Forks() = default;

  // Returns only when this process cannot serve, or has nobody to.
  void serve();

 protected:
  // Before the slots' filter is on and /proc is gone. False: it cannot serve, and the reason is on its
  // standard error.
  virtual bool prepare(const WarmPlan& plan) = 0;
  // Last before it is ready.
  virtual void settle() {}
  virtual void before_fork() {}
  virtual void after_fork_in_parent() {}
  // In the process that was forked.
  [[noreturn]] virtual void live(const WarmPlan& plan, const WarmFork& fork, std::span<const Fd> fds) = 0;

 private:
  bool fork_next(const WarmPlan& plan);
  pid_t clone_for_host(int cgroup);
  bool know_thread();

  int* thread_id_ = nullptr;
  void* robust_list_ = nullptr;
  std::size_t robust_list_size_ = 0;
};

}  // namespace code_exec::sandbox
