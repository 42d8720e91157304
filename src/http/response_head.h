// http/response_head.h - a Response's status line and header as bytes.
#pragma once

#include <string>

#include "http/message.h"

namespace code_exec::http {

enum class Connection { keep_alive, close };

// Replaces `head`, whose memory is reused. Fields that could not stand in a header (a line feed in a value)
// are left out, so that nothing a handler passes on can begin another response.
void write_head(const Response& response, Connection connection, std::string& head);

// 204 and 304 have no body, whatever `response.body` says.
bool has_body(const Response& response);

}  // namespace code_exec::http
