// http/http.h - handlers, routes and problems. Nothing of Beast or Asio's sockets shows here: only the server
// and the load generator include those.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "http/message.h"

namespace code_exec::http {

// Cancelled when the client goes away, so a handler that waits must hear cancellation. What it throws is
// logged and answered 500.
using Handler = std::function<net::awaitable<Response>(Request)>;

// Who may ask: anybody, who has a key, who has an admin's key. What it means where there are no keys is the
// gate's to say.
enum class Access { open, key, admin };

// Patterns are literal segments and {name} segments. Literal beats {name}. A path that exists under another
// method answers 405 with Allow; an unknown one 404, both as problem+json. HEAD is answered from GET. Add
// every route before the first match: patterns handed out stay where they are.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // One handler for each method and pattern. `pattern` starts with '/'.
  void add(Method method, std::string pattern, Handler handler, Access access = Access::key);

  struct Match {
    const Handler* handler;    // never null: 404 and 405 are handlers too
    std::string_view pattern;  // for metrics; "unmatched" where there is none
    Access access;             // of what is not matched: key
  };
  // Fills request.path_params.
  Match match(Request& request) const;

  // What stands between every request and its handler; without one the handler is called.
  using Gate = std::function<net::awaitable<Response>(const Match&, Request)>;
  void set_gate(Gate gate) { gate_ = std::move(gate); }
  net::awaitable<Response> answer(const Match& match, Request request) const;

  struct Route {
    Method method;
    std::string pattern;
    Access access;
  };
  std::vector<Route> routes() const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
  Handler not_found_;
  Gate gate_;
};

// An RFC 9457 problem. `field` is left out when empty; `retry_after_s` adds the header when > 0. Text is made
// UTF-8 and cut at a bound, so it may come from a client.
Response problem(int status, std::string_view title, std::string_view detail, std::string_view field = {},
                 int retry_after_s = 0);
// The one table from our error codes to statuses: malformed 400, invalid 422, not_found 404, conflict 409,
// too_large 413, full and unavailable 503 with Retry-After, timeout 504, others 500. Where `error.field` is
// "Idempotency-Key", a conflict is 422 as the IETF draft wants it. The detail of a 500 is logged, not sent.
Response problem_for(const Error& error);

}  // namespace code_exec::http
