#include "callback/schedule.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace code_exec::callback {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds pauses[]{5s, 30s, 2min, 10min, 30min, 1h, 3h, 6h, 12h};
static_assert(std::size(pauses) == attempts_max - 1);
constexpr double spread = 0.2;

milliseconds times(milliseconds pause, double factor) {
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(pause.count()) * factor));
}

}  // namespace

std::optional<milliseconds> pause_after(int attempts, std::optional<milliseconds> asked, double chance) {
  if (attempts >= attempts_max) return std::nullopt;
  const milliseconds pause = pauses[std::max(attempts, 1) - 1];
  const milliseconds wanted = std::min(asked.value_or(0ms), retry_after_max);
  return std::max(times(pause, 1 - spread + 2 * spread * chance), times(wanted, 1 + spread * chance));
}

}  // namespace code_exec::callback
