#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.h"
#include "base/text.h"
#include "http/http.h"

namespace code_exec::http {
namespace {

constexpr std::size_t detail_bytes_max = 500;
constexpr std::size_t field_bytes_max = 100;
constexpr int retry_after_s = 1;

// to_utf8 mends what the cut split.
std::string bounded(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return to_utf8(text);
  return to_utf8(text.substr(0, bytes_max)) + "...";
}

struct Row {
  int status;
  std::string_view title;
  int retry_after_s = 0;
};

Row row_for(const Error& error) {
  switch (error.code) {
    case Errc::malformed:
      return {400, "Malformed request"};
    case Errc::invalid:
      return {422, "Invalid value"};
    case Errc::not_found:
      return {404, "Not found"};
    case Errc::conflict:
      if (error.field == "Idempotency-Key") return {422, "Idempotency key used with another request"};
      return {409, "Conflict"};
    case Errc::too_large:
      return {413, "Too large"};
    case Errc::full:
      return {503, "Too much work waiting", retry_after_s};
    case Errc::unavailable:
      return {503, "Unavailable", retry_after_s};
    case Errc::timeout:
      return {504, "Timeout"};
    case Errc::cancelled:
    case Errc::internal:
      break;
  }
  return {500, "Internal error"};
}

}  // namespace

Response problem(int status, std::string_view title, std::string_view detail, std::string_view field,
                 int retry_after) {
  boost::json::object body;
  body["type"] = "about:blank";
  body["title"] = title;
  body["status"] = status;
  if (!detail.empty()) body["detail"] = bounded(detail, detail_bytes_max);
  if (!field.empty()) body["field"] = bounded(field, field_bytes_max);
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = boost::json::serialize(body);
  if (retry_after > 0) response.headers.emplace_back("Retry-After", std::to_string(retry_after));
  return response;
}

Response problem_for(const Error& error) {
  const Row row = row_for(error);
  if (row.status == 500) {
    log::error("request failed code={} detail={}", to_string(error.code), log::quoted(error.detail));
    return problem(500, row.title, "the server could not answer this request");
  }
  return problem(row.status, row.title, error.detail, error.field, row.retry_after_s);
}

}  // namespace code_exec::http
