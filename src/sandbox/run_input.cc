#include "sandbox/run_input.h"

#include <utility>

#include "sandbox/signals.h"

namespace code_exec::sandbox {

Result<void> RunInput::write(std::string_view bytes) {
  if (ended_) return Error{Errc::conflict, "the program's input has ended", {}};
  if (bytes.size() > input_waiting_max - waiting_.size())
    return Error{Errc::full, "the program does not read its input", {}};
  waiting_.append(bytes);
  changed_.notify();
  return ok();
}

void RunInput::end() {
  ended_ = true;
  changed_.notify();
}

Result<void> RunInput::signal(int number) {
  if (!may_be_sent(number)) return Error{Errc::invalid, "is not a signal that can be sent", "signal"};
  if (!deliver_) return Error{Errc::conflict, "the program does not run", {}};
  const auto now = std::chrono::steady_clock::now();
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    signals_in_second_ = 0;
  }
  if (++signals_in_second_ > signals_a_second_max)
    return Error{Errc::full, "too many signals in one second", "signal"};
  deliver_(number);
  return ok();
}

Task<std::string> RunInput::take() {
  while (waiting_.empty() && !ended_) {
    auto waited = co_await changed_.wait();
    if (!waited) co_return waited.error();
  }
  co_return std::exchange(waiting_, {});
}

void RunInput::abandon() {
  waiting_.clear();
  end();
}

}  // namespace code_exec::sandbox
