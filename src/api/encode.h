// api/encode.h - jobs to JSON bodies. A member whose value is not known yet is null.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/time.h"
#include "job/job.h"

namespace code_exec::api {

// text: bytes that are not UTF-8 are shown as U+FFFD. base64: exactly; of a result these are result, stdout,
// stderr and compileOutput, of a source code, stdin, args and the content of files.
enum class Encoding { text, base64 };

std::string encode_job(const job::Job& job, Encoding encoding);
boost::json::object to_json(const job::Job& job, Encoding encoding);
// What was submitted, with the limits that were applied.
std::string encode_source(const job::Submission& submission, Encoding encoding);
boost::json::object to_json(const job::Submission& submission, Encoding encoding);
boost::json::object to_json(const job::Limits& limits);  // by the names that clients use
// Newest first. Outputs are left out. `next` is the id to pass as `before`, or null at the end.
std::string encode_page(const std::vector<job::Job>& jobs, bool more);
std::string encode_job_id(const job::JobId& id);
std::string encode_job_ids(const std::vector<job::JobId>& ids);  // {"jobs": [{"jobId": ...}]}

// Why a failed job failed, for a person, with what the program wrote to stderr.
std::string failure_message(const job::Job& job);
std::string iso8601(TimePoint time);  // "2026-01-02T03:04:05.678Z"

}  // namespace code_exec::api
