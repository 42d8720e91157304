// http/metrics.h - what the server counts.
#pragma once

#include <chrono>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "http/message.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace code_exec::http {

class HttpMetrics {
 public:
  explicit HttpMetrics(prometheus::Registry& registry);  // which must outlive this

  // `route` is a pattern of the router, or a literal: its address is remembered.
  void count(std::string_view route, Method method, int status, std::chrono::steady_clock::duration took);
  void connections(std::size_t count);

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& seconds_;
  prometheus::Gauge& connections_;
  // The families look labels up under a lock, by hashing every one: found once, then kept.
  std::map<std::tuple<const char*, Method, int>, prometheus::Counter*> counters_;
  std::map<const char*, prometheus::Histogram*> histograms_;
};

}  // namespace code_exec::http
