// worker/worker_metrics.h - what a worker measures.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>

#include "queue/queue.h"
#include "sandbox/sandbox.h"
#include "service/job_metrics.h"

namespace code_exec::worker {

class WorkerMetrics {
 public:
  explicit WorkerMetrics(prometheus::Registry& registry);

  void finished(const job::Job& job);  // with its outcome
  void saved(std::chrono::steady_clock::duration took) { save_.Observe(seconds(took)); }
  void ran(std::chrono::steady_clock::duration took) { exec_.Observe(seconds(took)); }
  void waited(std::chrono::milliseconds in_queues) { queue_wait_.Observe(seconds(in_queues)); }
  void depth(const std::string& queue, const std::map<queue::State, std::size_t>& counts);
  void slots(const sandbox::Stats& stats);

 private:
  template <class Duration>
  static double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
  }
  prometheus::Histogram& stage(prometheus::Family<prometheus::Histogram>& family, const char* name);

  service::JobMetrics jobs_;
  prometheus::Family<prometheus::Histogram>& stages_;
  prometheus::Histogram& save_;
  prometheus::Histogram& queue_wait_;  // from submit until the program starts
  prometheus::Histogram& exec_;
  prometheus::Histogram& total_;  // from submit to the final result
  prometheus::Family<prometheus::Gauge>& depths_;
  prometheus::Gauge& slots_busy_;
  prometheus::Gauge& slots_total_;
  prometheus::Counter& slots_replaced_;
  std::uint64_t replaced_seen_ = 0;
};

}  // namespace code_exec::worker
