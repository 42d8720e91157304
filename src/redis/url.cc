#include "redis/url.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/number.h"

namespace code_exec::redis {
namespace {

Error invalid(const char* what) {
  return Error{Errc::invalid, what, {}};
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return invalid("is not a URL such as redis://host:6379/0");
  Url url;
  if (parsed->scheme() == "rediss") {
    url.tls = true;
  } else if (parsed->scheme() != "redis") {
    return invalid("must begin with redis:// or rediss://");
  }
  if (parsed->has_query() || parsed->has_fragment()) return invalid("must have no query and no fragment");
  if (parsed->host().empty()) return invalid("must name a host");
  url.host = parsed->host_address();
  if (parsed->has_port()) {
    url.port = parsed->port_number();
    if (url.port == 0) return invalid("must have a port from 1 to 65535");
  }
  url.user = parsed->user();
  url.password = parsed->password();
  if (!url.user.empty() && url.password.empty()) return invalid("must have a password beside the user");
  std::string_view database = parsed->encoded_path();
  if (!database.empty()) database.remove_prefix(1);
  if (database.empty()) return url;
  const auto number = parse_number<int>(database);
  if (!number || *number < 0) return invalid("must have a database number after the host, or nothing");
  url.database = *number;
  return url;
}

}  // namespace code_exec::redis
