#include "base/backoff.h"

namespace code_exec {

Task<void> pause(Clock& clock, std::chrono::milliseconds delay) {
  co_await hear_cancellation();
  auto slept = co_await clock.sleep_until(clock.now() + delay);
  co_await ignore_cancellation();
  co_return slept;
}

}  // namespace code_exec
