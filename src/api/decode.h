// api/decode.h - request bodies to submissions. What is checked here is their form; what depends on bounds,
// limits and runtimes is the service's to check. Errors as in api/json.h.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/submission.h"

namespace code_exec::api {

// {"code": "...", "language"?, "stdin"?, "args"?, "files"?: [{"name", "content"}], "limits"?: {"cpuTimeMs"?,
// "wallTimeMs"?, "memoryBytes"?, "processes"?, "outputBytes"?, "diskBytes"?, "files"?}, "tests"?: [{"stdin"?,
// "args"?, "expectedOutput"?}], "comparison"?, "tolerance"?, "stopAtFirstFailure"?, "interactive"?, "warm"?,
// "priority"?, "callbackUrl"?}
Result<service::SubmissionRequest> decode_submission(std::string_view body);

// {"jobs": [...]}: 1 to `jobs_max` of them.
Result<std::vector<service::SubmissionRequest>> decode_batch(std::string_view body, std::size_t jobs_max);

}  // namespace code_exec::api
