// api/board_encode.h - our entries and jobs as Bull Board's objects, and its errors.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "job/job.h"
#include "queue/queue.h"

namespace code_exec::api {

enum class Sources { shown, hidden };

// A job's sources and inputs, or its outputs, are left out where they are larger together than this: the UI
// lays them out at every poll.
inline constexpr std::size_t board_bytes_max = 256 << 10;

http::Response board_answer(const boost::json::value& body);  // 200
http::Response board_done();                                  // 204
// `key` is one of those that the UI translates, without "ERRORS."; `message` is its second line: text, or
// again
// {"key", "options"}.
http::Response board_error(int status, std::string_view key, boost::json::object options = {},
                           boost::json::value message = nullptr);
// 400: the field is wrong. `key`: INVALID_REQUEST_BODY or INVALID_QUERY_PARAM.
http::Response board_invalid(std::string_view key, std::string_view field, std::string_view message = {});
// What a queue or the service answered. The detail of what is a fault of ours is logged, not sent.
http::Response board_failure(const Error& error);

// {"jobId"}, and what was submitted, in the words of the jobs API: what is shown can be submitted.
boost::json::object encode_board_data(const job::JobId& id, const job::Job* job, Sources sources);
// An entry of a list: what a job was submitted with is not looked up for it.
boost::json::object encode_entry(const queue::Entry& entry, std::string_view job_name);
// For its own page, where entry or job may be gone, not both.
boost::json::object encode_entry_page(const queue::Entry* entry, const job::Job* job,
                                      std::string_view job_name, Sources sources);
// "waiting" and so on; of a job without an entry what the job says.
std::string_view board_state(const queue::Entry* entry, const job::Job* job);
// What the job's record tells, oldest first, each marked as "info:", "warn:" or "error:".
std::vector<std::string> board_logs(const queue::Entry* entry, const job::Job* job);
// Of Redis' INFO.
boost::json::object encode_server(std::string_view info);

}  // namespace code_exec::api
