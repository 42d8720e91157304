// http/credentials.h - the key that a request shows.
#pragma once

#include <optional>
#include <string>

#include "http/message.h"

namespace code_exec::http {

struct Credentials {
  std::string key;
  // A browser adds what a person typed once to every request to this server, whoever's page made it send
  // that.
  bool sent_by_browser = false;
};

// X-Auth-Token, which a proxy's own authentication does not use; else Authorization: Bearer, or Basic with
// the key as the password of any user. nullopt: there is none of them.
std::optional<Credentials> credentials_of(const Request& request);

}  // namespace code_exec::http
