// sandbox/run_input.h - what is said to a run while it goes on: input and signals. Shared by the run and
// whoever speaks to it; belongs to the event loop thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/event.h"

namespace code_exec::sandbox {

// More would be one to a program, and fill the socket to the host, on which others are started and killed.
inline constexpr int signals_a_second_max = 20;
inline constexpr std::size_t input_waiting_max = 256 << 10;  // bytes that the program has not read

class RunInput {
 public:
  enum class Stdin { closed, open };  // after Spec::stdin_bytes

  RunInput(net::any_io_executor executor, Stdin stdin_after)
      : changed_(std::move(executor)), ended_(stdin_after == Stdin::closed) {}

  // Errc::conflict: input has ended. Errc::full: the program does not read.
  Result<void> write(std::string_view bytes);
  void end();
  // To the run's main process. Errc::conflict: it does not run. Errc::full: too many. Errc::invalid: see
  // signals.h.
  Result<void> signal(int number);

  bool is_open() const { return !ended_ || !waiting_.empty(); }

  // The sandbox's side.
  Task<std::string> take();  // waits for input; empty at its end
  void on_signal(std::function<void(int)> deliver) { deliver_ = std::move(deliver); }  // empty: not running
  // Nobody reads any more.
  void abandon();

 private:
  Notifier changed_;
  std::string waiting_;
  bool ended_;
  std::function<void(int)> deliver_;
  std::chrono::steady_clock::time_point second_;  // when it began
  int signals_in_second_ = 0;
};

}  // namespace code_exec::sandbox
