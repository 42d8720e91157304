// api/board_decode.h - what Bull Board's UI sends. Members that are not known are passed over, as its own
// server does. Errors as in api/json.h.
#pragma once

#include <optional>
#include <string_view>

#include "api/decode.h"
#include "job/job_id.h"

namespace code_exec::api {

// {"concurrency": N}; 0: no bound.
Result<std::size_t> decode_board_concurrency(std::string_view body);
// {"force"?: true}, or nothing.
Result<bool> decode_board_force(std::string_view body);

// A job to add: one that is described, or a copy of one that was.
struct BoardJob {
  std::optional<job::JobId> copy_of;
  service::SubmissionRequest submission;
};
// {"name"?, "data", "options"?}. `data` is a submission in the words of the jobs API, "jobId" apart, which
// counts where there is no "code". Of the options only "priority" has a meaning; "delay" must not be asked.
Result<BoardJob> decode_board_job(std::string_view body);

}  // namespace code_exec::api
