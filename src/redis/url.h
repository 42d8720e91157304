// redis/url.h - where a Redis server is and how to enter it, as redis-cli and every client library write it:
//
//   redis://[[user][:password]@]host[:port][/database]      rediss:// with TLS
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace code_exec::redis {

struct Url {
  std::string host = "localhost";
  std::uint16_t port = 6379;
  bool tls = false;
  std::string user;  // empty: the server's default user
  std::string password;
  int database = 0;
};

// Errc::invalid: not such a URL. The text is never part of the error, for it may hold a password.
Result<Url> parse_url(std::string_view text);

}  // namespace code_exec::redis
