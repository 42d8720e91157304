#include "http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>

namespace code_exec::http {
namespace {

const prometheus::Histogram::BucketBoundaries seconds_buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                              0.1,    0.25,  0.5,    1,     2.5,  10,    60};

}  // namespace

HttpMetrics::HttpMetrics(prometheus::Registry& registry)
    : requests_(prometheus::BuildCounter()
                    .Name("code_exec_http_requests_total")
                    .Help("Requests answered; status 499: the client went away before the answer")
                    .Register(registry)),
      seconds_(prometheus::BuildHistogram()
                   .Name("code_exec_http_request_seconds")
                   .Help("From a request read whole to its response made")
                   .Register(registry)),
      connections_(prometheus::BuildGauge()
                       .Name("code_exec_http_connections")
                       .Help("Connections open")
                       .Register(registry)
                       .Add({})) {}

void HttpMetrics::count(std::string_view route, Method method, int status,
                        std::chrono::steady_clock::duration took) {
  prometheus::Counter*& counter = counters_[{route.data(), method, status}];
  if (!counter) {
    counter = &requests_.Add({{"route", std::string(route)},
                              {"method", std::string(to_string(method))},
                              {"status", std::to_string(status)}});
  }
  prometheus::Histogram*& histogram = histograms_[route.data()];
  if (!histogram) histogram = &seconds_.Add({{"route", std::string(route)}}, seconds_buckets);
  counter->Increment();
  histogram->Observe(std::chrono::duration<double>(took).count());
}

void HttpMetrics::connections(std::size_t count) {
  connections_.Set(static_cast<double>(count));
}

}  // namespace code_exec::http
