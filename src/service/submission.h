// service/submission.h - a parsed request for a job. Plain data without coroutines: the decoders in api/ that
// make it are fuzzed with clang, which cannot compile GCC's coroutines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "job/job.h"

namespace code_exec::service {

// What a client asked for, before defaults: the parsed body, nothing checked against runtimes or limits yet.
struct SubmissionRequest {
  std::string language = "python";  // name or alias
  std::string code;
  std::string stdin_bytes;
  std::vector<std::string> args;
  std::vector<job::SourceFile> files;
  job::LimitsRequest limits;
  job::Tests tests;
  bool interactive = false;
  bool warm = true;
  std::uint32_t priority = 0;
  std::string callback_url;  // empty: none
};

}  // namespace code_exec::service
