#include "callback/url.h"

#include <algorithm>
#include <boost/url/grammar/ci_string.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace code_exec::callback {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;
constexpr std::uint16_t privileged_port_max = 1023;
constexpr std::size_t host_bytes_max = 253;  // of a name in the DNS

Error invalid(std::string what) {
  return Error{Errc::invalid, std::move(what), {}};
}

// What a percent sign hides is decoded here, so nothing but these reaches the resolver or a header.
bool is_name(std::string_view host) {
  return !host.empty() && host.size() <= host_bytes_max && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  if (text.size() > url_bytes_max)
    return invalid("must not be longer than " + std::to_string(url_bytes_max) + " bytes");
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return invalid("must be an absolute URL such as https://example.org/done");
  Url url;
  url.tls = parsed->scheme_id() == boost::urls::scheme::https;
  if (!url.tls && parsed->scheme_id() != boost::urls::scheme::http)
    return invalid("must begin with https:// or http://");
  if (parsed->has_userinfo()) return invalid("must not hold a user or password");
  if (parsed->has_fragment()) return invalid("must not have a fragment");

  url.host = parsed->host_address();
  std::transform(url.host.begin(), url.host.end(), url.host.begin(), boost::urls::grammar::to_lower);
  if (url.host.ends_with('.')) url.host.pop_back();
  const bool is_ipv6 = parsed->host_type() == boost::urls::host_type::ipv6;
  const bool is_future = parsed->host_type() == boost::urls::host_type::ipvfuture;
  if (is_future || (!is_ipv6 && !is_name(url.host)))
    return invalid("must name a host (in punycode where it is not ASCII)");
  const std::uint16_t usual_port = url.tls ? https_port : http_port;
  url.port = usual_port;
  if (parsed->has_port() && !parsed->port().empty()) url.port = parsed->port_number();
  if (url.port <= privileged_port_max && url.port != http_port && url.port != https_port)
    return invalid("must have port 80, 443 or one above 1023");

  url.authority = is_ipv6 ? "[" + url.host + "]" : url.host;
  if (url.port != usual_port) url.authority += ":" + std::to_string(url.port);
  url.target = std::string(std::string_view(parsed->encoded_path()));
  if (url.target.empty()) url.target = "/";
  // Boost 1.81 reads "http://a:-1" as a path of "-1" behind an empty port, and "http://1.2.3.4.example" as
  // one of
  // ".example" behind an address.
  if (url.target.front() != '/')
    return invalid("must have a port of digits, and a host that does not begin with an IPv4 address");
  if (parsed->has_query()) url.target.append("?").append(std::string_view(parsed->encoded_query()));
  return url;
}

}  // namespace code_exec::callback
