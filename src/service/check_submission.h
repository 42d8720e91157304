// service/check_submission.h - from what a client asked for to a job's submission with every default filled
// in.
#pragma once

#include "base/result.h"
#include "runtime/runtime.h"
#include "service/service.h"

namespace code_exec::service {

// The highest number BullMQ takes; 1 is the most urgent.
inline constexpr std::uint32_t priority_max = (1U << 21) - 1;

// A default below what the runtime needs to start is raised to that; a client's own value below it is
// Errc::invalid, because the run could only fail. Errc::invalid or Errc::too_large with the field.
Result<job::Submission> check_submission(SubmissionRequest request, const runtime::Registry& runtimes,
                                         const ServiceOptions& options);

}  // namespace code_exec::service
