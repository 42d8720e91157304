// job/outcome.h - what a run did. An outcome is a value, never an error of ours.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace code_exec::job {

enum class Status { pending, running, completed, failed };

// Why a job failed. `none` while it is not final, and when it completed.
enum class Reason {
  none,
  runtime_error,  // exit code other than 0
  signal,         // ended by a signal of its own making
  wrong_answer,   // it printed something else than a test expected
  time_limit,     // cpu
  wall_time_limit,
  memory_limit,
  output_limit,
  compile_error,
  cancelled,
  internal_error,  // ours
};

std::string_view to_string(Status status);
std::string_view to_string(Reason reason);
std::optional<Status> parse_status(std::string_view text);
std::optional<Reason> parse_reason(std::string_view text);

enum class Verdict { accepted, failed, skipped };

// What became of one test.
struct TestResult {
  Verdict verdict = Verdict::skipped;
  Reason reason = Reason::none;  // of a failed one
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string stdout_bytes;
  std::string stderr_bytes;
  bool truncated = false;
  std::chrono::milliseconds cpu_time{0};
  std::chrono::milliseconds wall_time{0};
  std::uint64_t memory_bytes = 0;
  bool operator==(const TestResult&) const = default;
};

struct Outcome {
  Status status = Status::failed;  // completed or failed
  Reason reason = Reason::internal_error;
  std::optional<int> exit_code;  // absent when it was ended by a signal or never started
  std::optional<int> signal;
  std::string stdout_bytes;  // cut at the limit; need not be UTF-8
  std::string stderr_bytes;
  std::string compile_output;
  std::string message;     // for a person, where reason alone says too little (internal_error, output_limit)
  bool truncated = false;  // stdout or stderr were longer than what is kept
  std::chrono::milliseconds cpu_time{0};
  std::chrono::milliseconds wall_time{0};
  std::uint64_t memory_bytes = 0;  // peak
  // One for each of the submission's; their outputs are here alone. Times are of all together, memory the
  // most of one.
  std::vector<TestResult> tests;

  bool operator==(const Outcome&) const = default;
};

inline bool is_final(Status status) {
  return status == Status::completed || status == Status::failed;
}

}  // namespace code_exec::job
