// callback/schedule.h - when a callback that failed is tried again.
#pragma once

#include <chrono>
#include <optional>

namespace code_exec::callback {

inline constexpr int attempts_max = 10;
// A receiver's Retry-After is heard up to this.
inline constexpr std::chrono::milliseconds retry_after_max = std::chrono::hours(6);

// The pause after the failed attempt number `attempts`; nothing: it was the last one. `asked` is what the
// receiver wants: it makes the pause longer, never shorter. `chance` from 0 to 1 spreads those that failed
// together: a fifth to either side, and on top of what was asked for.
std::optional<std::chrono::milliseconds> pause_after(int attempts,
                                                     std::optional<std::chrono::milliseconds> asked,
                                                     double chance);

}  // namespace code_exec::callback
