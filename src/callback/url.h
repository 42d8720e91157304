// callback/url.h - where a client wants to be called back, taken apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace code_exec::callback {

inline constexpr std::size_t url_bytes_max = 2048;

struct Url {
  bool tls = false;
  std::string host;  // a name or an address, without brackets; in lower case, without the dot of the root
  std::uint16_t port = 0;
  std::string authority;  // host and port as the header Host has them
  std::string target;     // path and query
};

// http or https, absolute, no user, no fragment; a host of letters, digits, '-', '_' and '.', or an IPv6
// address in brackets; port 80, 443 or above 1023: below are services that are no web servers. Errc::invalid.
Result<Url> parse_url(std::string_view text);

}  // namespace code_exec::callback
