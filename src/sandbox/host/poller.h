// sandbox/host/poller.h - what the host waits for: descriptors, each with what it is about, and one deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace code_exec::sandbox {

using Monotonic = std::chrono::steady_clock;

enum class Source : std::uint32_t {
  service,
  child,
  slot_socket,
  slot_process,
  slot_memory,
  slot_run,  // the socket of a warm run
  warm_parent
};

class Poller {
 public:
  Result<void> open();
  // `index` says which slot or warm parent, where the source is one's.
  Result<void> watch(int fd, Source source, std::size_t index = 0);
  // Closes it too. A child that was just forked may hold a copy, so closing alone would not end its events.
  void forget(Fd& fd);
  // No more events of it; it stays open.
  void unwatch(const Fd& fd);
  // Waits for events, or until `deadline`, and hands each on. False: epoll_wait failed.
  bool wait(Monotonic::time_point deadline, const std::function<void(Source, std::size_t)>& handle);

 private:
  void arm(Monotonic::time_point deadline);

  Fd epoll_;
  Fd timer_;
  Monotonic::time_point armed_for_{};
};

}  // namespace code_exec::sandbox
