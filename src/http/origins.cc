#include "http/origins.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace code_exec::http {
namespace {

constexpr std::string_view separator = "://";

std::string_view without_scheme(std::string_view origin) {
  const std::size_t at = origin.find(separator);
  return at == std::string_view::npos ? std::string_view() : origin.substr(at + separator.size());
}

bool is_origin(std::string_view text) {
  const std::string_view authority = without_scheme(text);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' ||
           c == ']' || c == '_';
  };
  return !text.starts_with(separator) && !authority.empty() &&
         std::all_of(authority.begin(), authority.end(), plain);
}

// "localhost:3000", "[::1]:3000" without the port.
std::string_view name_of(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, std::min(host.find(']'), host.size()) - 1);
  return host.substr(0, host.rfind(':'));
}

}  // namespace

bool changes_state(const Request& request) {
  switch (request.method) {
    case Method::get:
    case Method::head:
      return request.header("upgrade") != nullptr;
    case Method::options:
      return false;
    default:
      return true;
  }
}

bool is_cross_origin(const Request& request) {
  // Sent by every browser since 2023, to trustworthy addresses, which loopback is; no page can set it.
  if (const std::string* site = request.header("sec-fetch-site"))
    return *site != "same-origin" && *site != "none";
  const std::string* origin = request.header("origin");
  if (!origin) return false;
  const std::string* host = request.header("host");
  return !host || without_scheme(*origin) != *host;  // "null" too
}

bool has_local_host(const Request& request) {
  const std::string* host = request.header("host");
  if (!host) return true;
  std::string name(name_of(*host));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(name, error);
  return !error && address.is_loopback();
}

Result<Origins> Origins::parse(const std::vector<std::string>& texts) {
  Origins origins;
  for (const std::string& text : texts) {
    if (text == "*" && texts.size() == 1) {
      origins.all_ = true;
    } else if (is_origin(text)) {
      origins.listed_.push_back(text);
    } else {
      return Error{Errc::invalid,
                   "must be an origin as browsers send it, such as https://example.org, or * alone",
                   {}};
    }
  }
  return origins;
}

bool Origins::lists(std::string_view origin) const {
  return std::find(listed_.begin(), listed_.end(), origin) != listed_.end();
}

bool Origins::is_preflight(const Request& request) const {
  if (!any() || request.method != Method::options) return false;
  const std::string* origin = request.header("origin");
  return origin && request.header("access-control-request-method") && (all_ || lists(*origin));
}

Response Origins::preflight() {
  Response response;
  response.status = 204;
  response.headers = {{"Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"},
                      // A star would not mean Authorization.
                      {"Access-Control-Allow-Headers",
                       "Authorization, X-Auth-Token, Content-Type, Idempotency-Key, Last-Event-ID"},
                      {"Access-Control-Max-Age", "7200"}};
  return response;
}

void Origins::allow(const std::string* origin, Response& response) const {
  if (all_) {
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  } else {
    response.headers.emplace_back("Vary", "Origin");
    if (!origin || !lists(*origin)) return;
    response.headers.emplace_back("Access-Control-Allow-Origin", *origin);
    response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  }
  response.headers.emplace_back("Access-Control-Expose-Headers",
                                "Location, Retry-After, RateLimit, RateLimit-Policy");
}

}  // namespace code_exec::http
