// base/time.h - points in time, as they are stored and shown. Free of coroutines, so that plain data can use
// it.
#pragma once

#include <chrono>
#include <cstdint>

namespace code_exec {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

inline std::int64_t to_ms(TimePoint t) {
  return t.time_since_epoch().count();
}
inline TimePoint from_ms(std::int64_t ms) {
  return TimePoint(std::chrono::milliseconds(ms));
}

}  // namespace code_exec
