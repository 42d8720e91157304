// cli/bench_http.h - the load generator for a server.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cli/bench_budget.h"
#include "cli/bench_report.h"

namespace code_exec::cli {

enum class BenchAnswer { result, job_id };

struct BenchLoad {
  std::string url;  // http://host:port
  std::string code;
  std::string language;
  bool cold;            // asks for a fresh interpreter
  std::string api_key;  // empty: the server needs none
  BenchBound bound;
  std::size_t clients;                // connections, each with one request at a time
  BenchAnswer answer;                 // what a request waits for
  std::optional<std::string> expect;  // the `result` that a completed job must have
};

// Errc::invalid: the URL; Errc::unavailable: there is no such host. What goes wrong later is in the report. A
// request that the server refuses as such (4xx) ends the load: every other one is the same.
Result<BenchReport> measure_http(BenchLoad load);

}  // namespace code_exec::cli
