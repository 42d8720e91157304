// service/job_metrics.h - what is counted of jobs, by the service that accepts them and the worker that
// finishes them. Several objects on one registry share the same counters.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include "job/job.h"

namespace code_exec::service {

class JobMetrics {
 public:
  explicit JobMetrics(prometheus::Registry& registry)
      : submitted_(prometheus::BuildCounter()
                       .Name("code_exec_jobs_submitted_total")
                       .Help("Jobs accepted and stored")
                       .Register(registry)
                       .Add({})),
        finished_(prometheus::BuildCounter()
                      .Name("code_exec_jobs_total")
                      .Help("Jobs with a final result")
                      .Register(registry)) {}

  void submitted(std::size_t count) { submitted_.Increment(static_cast<double>(count)); }
  // The language is a runtime's own name, so the labels have as many values as there are runtimes.
  void finished(const std::string& language, const job::Outcome& outcome) {
    finished_
        .Add({{"status", std::string(to_string(outcome.status))},
              {"language", language},
              {"reason", std::string(to_string(outcome.reason))}})
        .Increment();
  }

 private:
  prometheus::Counter& submitted_;
  prometheus::Family<prometheus::Counter>& finished_;
};

}  // namespace code_exec::service
