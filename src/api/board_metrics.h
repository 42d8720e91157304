// api/board_metrics.h - how many entries came to an end in each of the latest minutes, counted as BullMQ
// does: the running minute is what `count` has more than `prevCount`.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <deque>

#include "base/time.h"

namespace code_exec::api {

class MinuteCounts {
 public:
  void add(TimePoint now);
  // {"meta": {"count", "prevTS", "prevCount"}, "data": [the newest minute first], "count"}
  boost::json::object encode() const;

 private:
  std::uint64_t count_ = 0;
  std::uint64_t counted_before_ = 0;
  std::int64_t latest_ms_ = 0;  // of the first end in the running minute
  std::deque<std::uint64_t> minutes_;
};

}  // namespace code_exec::api
