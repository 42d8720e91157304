// callback/http_post.h - one POST to an address that a client named. Follows no redirect, keeps no
// connection.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/task.h"
#include "callback/address_guard.h"
#include "callback/resolver.h"
#include "callback/url.h"

namespace code_exec::callback {

struct Post {
  Url url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct Answer {
  int status = 0;
  std::optional<std::chrono::milliseconds> retry_after;  // where it is a number of seconds
};

class HttpPost {
 public:
  virtual ~HttpPost() = default;
  // Errc::invalid: the guard refused every address; Errc::full: not tried, for too much is under way there;
  // Errc::cancelled: see stop(); Errc::timeout, Errc::unavailable: it came to no answer. The body of an
  // answer is not given.
  virtual Task<Answer> post(Post post) = 0;
  // Ends every post() with Errc::cancelled.
  virtual void stop() = 0;
};

struct HttpPostOptions {
  Reach reach = Reach::public_only;
  std::chrono::milliseconds connect_max = std::chrono::seconds(5);  // looking up included
  std::chrono::milliseconds whole_max = std::chrono::seconds(15);
  // Whatever the names are: whoever owns one has as many as they like. An IPv6 address counts as its /64.
  int per_address_max = 8;
  Resolver::Lookup lookup = nullptr;  // the system's
};

// Certificates are verified against the machine's authorities (or SSL_CERT_FILE) and the URL's host.
std::unique_ptr<HttpPost> make_http_post(net::any_io_executor executor, HttpPostOptions options);

}  // namespace code_exec::callback
