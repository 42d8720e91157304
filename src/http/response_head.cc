#include "http/response_head.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <ctime>

namespace code_exec::http {
namespace {

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

bool is_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](unsigned char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; });
}

// "Sun, 06 Nov 1994 08:49:37 GMT", formatted once a second.
const std::string& http_date() {
  thread_local std::time_t formatted_at = -1;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != formatted_at) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    char buffer[64];
    text.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    formatted_at = now;
  }
  return text;
}

void add(std::string& head, std::string_view name, std::string_view value) {
  if (!is_token(name) || !is_value(value)) return;
  head.append(name).append(": ").append(value).append("\r\n");
}

bool has(const Response& response, std::string_view lower_case_name) {
  return std::any_of(response.headers.begin(), response.headers.end(), [&](const auto& header) {
    return std::equal(header.first.begin(), header.first.end(), lower_case_name.begin(),
                      lower_case_name.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
  });
}

}  // namespace

bool has_body(const Response& response) {
  return response.status != 204 && response.status != 304;
}

void write_head(const Response& response, Connection connection, std::string& head) {
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  head.assign("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason.data(), reason.size()).append("\r\n");
  add(head, "Date", http_date());
  if (has_body(response)) {
    add(head, "Content-Type", response.content_type);
    if (!response.stream) add(head, "Content-Length", std::to_string(response.body.size()));
  }
  add(head, "X-Content-Type-Options", "nosniff");
  const bool json = response.content_type.starts_with("application/") &&
                    response.content_type.find("json") != std::string::npos;
  if (json && !has(response, "cache-control")) add(head, "Cache-Control", "no-store");
  for (const auto& [name, value] : response.headers) add(head, name, value);
  add(head, "Connection", connection == Connection::close ? "close" : "keep-alive");
  head.append("\r\n");
}

}  // namespace code_exec::http
