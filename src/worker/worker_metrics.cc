#include "worker/worker_metrics.h"

#include <algorithm>

namespace code_exec::worker {
namespace {

prometheus::Family<prometheus::Gauge>& slot_family(prometheus::Registry& registry) {
  return prometheus::BuildGauge()
      .Name("code_exec_slots")
      .Help("Places for one run at a time, by state")
      .Register(registry);
}

const prometheus::Histogram::BucketBoundaries buckets{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                                                      0.2,    0.5,   1,     2,     5,    10,   30,   120};

}  // namespace

WorkerMetrics::WorkerMetrics(prometheus::Registry& registry)
    : jobs_(registry),
      stages_(prometheus::BuildHistogram()
                  .Name("code_exec_stage_seconds")
                  .Help("Time jobs spend in each stage; total is from submit to result")
                  .Register(registry)),
      save_(stage(stages_, "save")),
      queue_wait_(stage(stages_, "queue_wait")),
      exec_(stage(stages_, "exec")),
      total_(stage(stages_, "total")),
      depths_(prometheus::BuildGauge()
                  .Name("code_exec_queue_depth")
                  .Help("Entries in a queue, by state")
                  .Register(registry)),
      slots_busy_(slot_family(registry).Add({{"state", "busy"}})),
      slots_total_(slot_family(registry).Add({{"state", "total"}})),
      slots_replaced_(prometheus::BuildCounter()
                          .Name("code_exec_slots_replaced_total")
                          .Help("Slots thrown away after a kill, a limit or an anomaly")
                          .Register(registry)
                          .Add({})) {}

prometheus::Histogram& WorkerMetrics::stage(prometheus::Family<prometheus::Histogram>& family,
                                            const char* name) {
  return family.Add({{"stage", name}}, buckets);
}

void WorkerMetrics::finished(const job::Job& job) {
  jobs_.finished(job.submission.language, *job.outcome);
  if (job.finished_at) total_.Observe(seconds(*job.finished_at - job.created_at));
}

void WorkerMetrics::depth(const std::string& queue, const std::map<queue::State, std::size_t>& counts) {
  for (const auto& [state, count] : counts)
    depths_.Add({{"queue", queue}, {"state", std::string(to_string(state))}}).Set(static_cast<double>(count));
}

void WorkerMetrics::slots(const sandbox::Stats& stats) {
  slots_busy_.Set(static_cast<double>(stats.busy));
  slots_total_.Set(static_cast<double>(stats.slots));
  slots_replaced_.Increment(static_cast<double>(stats.replaced - std::min(stats.replaced, replaced_seen_)));
  replaced_seen_ = stats.replaced;
}

}  // namespace code_exec::worker
