// api/pages.h - how the files of web/assets.h are answered.
#pragma once

#include <string_view>

#include "http/message.h"
#include "web/assets.h"

namespace code_exec::api {

// 200 with the content, compressed where the client takes gzip, or 304 where it has this content already.
// What is named by its content may be kept for ever; anything else is asked for each time. A page (HTML) gets
// a policy by which the browser loads and connects to nothing but this server.
http::Response asset_response(const http::Request& request, const web::Asset& asset);

// Whether the client has the content with this tag already: 304.
bool is_known(const http::Request& request, std::string_view etag);

}  // namespace code_exec::api
