// http/http.h - requests, responses and routes as plain data. Nothing of Beast or Asio's sockets shows here:
// only http/server.cc and the load generator include those.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/task.h"

namespace code_exec::http {

enum class Method { get, head, post, put, patch, del, options, other };

struct Request {
  Method method = Method::get;
  std::string path;                                // decoded, starts with '/'
  std::map<std::string, std::string> query;        // decoded; the last of equal names wins
  std::map<std::string, std::string> headers;      // names in lower case
  std::map<std::string, std::string> path_params;  // set by the router: {id}
  std::string body;
  std::string remote_address;  // "127.0.0.1"

  // nullptr when absent.
  const std::string* header(const std::string& lower_case_name) const;
  const std::string* query_value(const std::string& name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

using Handler = std::function<net::awaitable<Response>(Request)>;

// Patterns are literal segments and {name} segments. Literal beats {name}. A path that exists under another
// method answers 405 with Allow; an unknown one 404, both as problem+json. HEAD is answered from GET.
class Router {
 public:
  void add(Method method, std::string pattern, Handler handler);

  struct Match {
    const Handler* handler;    // never null: 404 and 405 are handlers too
    std::string_view pattern;  // for metrics; "unmatched" where there is none
  };
  // Fills request.path_params.
  Match match(Request& request) const;

 private:
  struct Route {
    Method method;
    std::string pattern;
    std::vector<std::string> segments;
    Handler handler;
  };
  std::vector<Route> routes_;
};

// An RFC 9457 problem. `field` is left out when empty; `retry_after_s` adds the header when > 0.
Response problem(int status, std::string_view title, std::string_view detail, std::string_view field = {},
                 int retry_after_s = 0);
// The one table from our error codes to statuses: malformed 400, invalid 422, not_found 404, conflict 409,
// too_large 413, full and unavailable 503 with Retry-After, timeout 504, others 500. Where `error.field` is
// "Idempotency-Key", a conflict is 422 as the IETF draft wants it.
Response problem_for(const Error& error);

}  // namespace code_exec::http
