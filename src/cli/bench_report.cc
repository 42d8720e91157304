#include "cli/bench_report.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstdio>

namespace code_exec::cli {
namespace {

struct Summary {
  double jobs_per_second = 0;
  double p50_ms = 0;
  double p90_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
};

Summary summarize(const BenchReport& report) {
  Summary summary;
  std::vector<std::chrono::nanoseconds> sorted = report.latencies;
  if (sorted.empty()) return summary;
  std::sort(sorted.begin(), sorted.end());
  // Nearest rank: a value that was really measured, and at least this share of all is not above it.
  auto percentile = [&sorted](double share) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return static_cast<double>(sorted[std::max<std::size_t>(rank, 1) - 1].count()) / 1e6;
  };
  summary.jobs_per_second =
      static_cast<double>(sorted.size()) / std::chrono::duration<double>(report.elapsed).count();
  summary.p50_ms = percentile(0.50);
  summary.p90_ms = percentile(0.90);
  summary.p99_ms = percentile(0.99);
  summary.max_ms = percentile(1.00);
  return summary;
}

}  // namespace

std::string to_text(const BenchReport& report) {
  const Summary summary = summarize(report);
  char line[256];
  std::snprintf(line, sizeof(line),
                "%zu jobs, %zu clients: %.1f jobs/s, p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, %zu errors",
                report.latencies.size() + report.errors, report.clients, summary.jobs_per_second,
                summary.p50_ms, summary.p90_ms, summary.p99_ms, report.errors);
  std::string text = line;
  for (const auto& [kind, count] : report.error_kinds) text += "\n  " + std::to_string(count) + " x " + kind;
  return text;
}

std::string to_json(const BenchReport& report) {
  const Summary summary = summarize(report);
  boost::json::object kinds;
  for (const auto& [kind, count] : report.error_kinds) kinds[kind] = count;
  const boost::json::object all{{"jobs", report.latencies.size() + report.errors},
                                {"clients", report.clients},
                                {"elapsedMs", static_cast<double>(report.elapsed.count()) / 1e6},
                                {"jobsPerSecond", summary.jobs_per_second},
                                {"p50Ms", summary.p50_ms},
                                {"p90Ms", summary.p90_ms},
                                {"p99Ms", summary.p99_ms},
                                {"maxMs", summary.max_ms},
                                {"errors", report.errors},
                                {"errorKinds", std::move(kinds)}};
  return boost::json::serialize(all);
}

}  // namespace code_exec::cli
