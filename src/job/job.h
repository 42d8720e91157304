// job/job.h - a job as the store keeps it: what a client submitted, and what became of it. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "job/job_id.h"
#include "job/limits.h"
#include "job/outcome.h"

namespace code_exec::job {

struct SourceFile {
  std::string name;  // relative, beneath /box: see check_file_name
  std::string content;
  bool operator==(const SourceFile&) const = default;
};

// One of the inputs that a program is run with, and what it should print.
struct TestCase {
  std::string stdin_bytes;
  std::vector<std::string> args;
  std::optional<std::string> expected_output;  // none: it is accepted when it exits 0
  bool operator==(const TestCase&) const = default;
};

// When what a program printed is what was expected.
enum class Comparison {
  exact,           // the same bytes
  trailing_space,  // after spaces at the ends of lines, and empty lines at the end, are taken away
  tokens,          // the same words, whatever space is between them
  numeric          // as tokens, but words that are numbers may differ by the tolerance, absolute or relative
};

std::string_view to_string(Comparison comparison);  // "trailing-space"
std::optional<Comparison> parse_comparison(std::string_view text);

struct Tests {
  std::vector<TestCase> cases;  // empty: the program is run once, with the submission's own input
  Comparison comparison = Comparison::trailing_space;
  double tolerance = 1e-6;
  bool stop_at_first_failure = false;  // those after it are skipped
  bool operator==(const Tests&) const = default;
};

// What a client submits, checked and with every default filled in.
struct Submission {
  std::string language;  // the runtime's own name, never an alias
  std::string code;
  std::string stdin_bytes;
  std::vector<std::string> args;
  std::vector<SourceFile> files;  // beside the program's own file
  Limits limits;
  Tests tests;
  bool interactive = false;    // input goes on after stdin_bytes, until its sender ends it
  bool warm = true;            // may be forked from an interpreter that has started already
  std::uint32_t priority = 0;  // 0: none; otherwise 1 is the most urgent, as in BullMQ
  std::string callback_url;    // where the final job is posted to; empty: nowhere. May hold a secret
  bool operator==(const Submission&) const = default;
};

// A run may happen again after its worker died. A job that killed its worker this often is not tried again.
inline constexpr int runs_max = 3;

struct Job {
  JobId id;
  Submission submission;
  Status status = Status::pending;
  int runs = 0;                    // attempts begun
  std::optional<Outcome> outcome;  // present exactly when status is final
  TimePoint created_at;
  std::optional<TimePoint> started_at;
  std::optional<TimePoint> finished_at;
  bool operator==(const Job&) const = default;
};

// Bounds on a submission, checked at the border.
struct SubmissionBounds {
  std::size_t code_bytes = 1 << 20;
  std::size_t stdin_bytes = 16 << 20;
  std::size_t args_count = 256;
  std::size_t args_bytes = 64 << 10;  // all arguments together
  std::size_t files_count = 256;
  std::size_t files_bytes = 16 << 20;  // all contents together
  std::size_t tests_count = 100;
  std::size_t tests_bytes = 16 << 20;  // all inputs and expected outputs together
};

// A name is 1 to 255 bytes of relative path: no empty, "." or ".." part, no leading or trailing '/', no NUL
// or other control character. Errc::invalid with `field`.
Result<void> check_file_name(std::string_view name, const std::string& field);

// Everything about a submission that does not depend on the runtimes found: sizes, counts, names that clash
// (twice the same, a file that is also a directory), NUL in arguments. `program_file` is the name the code
// itself will have. Errc::invalid or Errc::too_large, with the field.
Result<void> check(const Submission& submission, const SubmissionBounds& bounds,
                   std::string_view program_file);

}  // namespace code_exec::job
