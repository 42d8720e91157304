#include "worker/specs.h"

#include <gtest/gtest.h>

namespace code_exec::worker {
namespace {

job::Reason reason_of(const std::string& said, job::Reason reason = job::Reason::runtime_error) {
  runtime::Runtime runtime;
  runtime.out_of_memory = {"MemoryError", "FATAL ERROR: "};
  job::Outcome outcome{.reason = reason, .exit_code = 1, .stderr_bytes = said};
  recognise_out_of_memory(runtime, outcome);
  EXPECT_EQ(outcome.exit_code, 1);
  return outcome.reason;
}

TEST(RecogniseOutOfMemory, ByALineThatBeginsAsTheLanguageSaysIt) {
  EXPECT_EQ(reason_of("MemoryError"), job::Reason::memory_limit);
  EXPECT_EQ(reason_of("Traceback\n  x\nMemoryError: no\n"), job::Reason::memory_limit);
  EXPECT_EQ(reason_of("\nFATAL ERROR: heap\n at\n", job::Reason::signal), job::Reason::memory_limit);
}

TEST(RecogniseOutOfMemory, ByNothingElse) {
  EXPECT_EQ(reason_of(""), job::Reason::runtime_error);
  EXPECT_EQ(reason_of("no MemoryError here\nNameError\n"), job::Reason::runtime_error);
  EXPECT_EQ(reason_of("MemoryError\n" + std::string(9000, 'x')), job::Reason::runtime_error);
  EXPECT_EQ(reason_of("MemoryError", job::Reason::none), job::Reason::none);
  EXPECT_EQ(reason_of("MemoryError", job::Reason::time_limit), job::Reason::time_limit);
}

}  // namespace
}  // namespace code_exec::worker
