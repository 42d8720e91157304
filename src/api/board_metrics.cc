#include "api/board_metrics.h"

#include <algorithm>
#include <boost/json/array.hpp>

namespace code_exec::api {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t minutes_max = 60;  // what the chart shows

}  // namespace

void MinuteCounts::add(TimePoint now) {
  const std::int64_t now_ms = to_ms(now);
  if (count_ == 0) latest_ms_ = now_ms;
  const std::int64_t passed = std::min(now_ms / minute_ms - latest_ms_ / minute_ms, minutes_max);
  if (passed > 0) {
    minutes_.push_front(count_ - counted_before_);
    minutes_.insert(minutes_.begin(), static_cast<std::size_t>(passed - 1), 0);
    if (minutes_.size() > minutes_max) minutes_.resize(minutes_max);
    counted_before_ = count_;
    latest_ms_ = now_ms;
  }
  ++count_;
}

boost::json::object MinuteCounts::encode() const {
  return {{"meta", {{"count", count_}, {"prevTS", latest_ms_}, {"prevCount", counted_before_}}},
          {"data", boost::json::array(minutes_.begin(), minutes_.end())},
          {"count", minutes_.size()}};
}

}  // namespace code_exec::api
