// http/message.h - requests and responses as plain data, free of coroutines so that what parses them can be
// fuzzed.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace code_exec::http {

enum class Method { get, head, post, put, patch, del, options, other };

std::string_view to_string(Method method);  // "GET"; "OTHER" for other

struct Request {
  Method method = Method::get;
  std::string path;                                // decoded, starts with '/'
  std::map<std::string, std::string> query;        // decoded; the last of equal names wins
  std::map<std::string, std::string> headers;      // names in lower case; equal names joined with ", "
  std::map<std::string, std::string> path_params;  // set by the router: {id}
  std::string body;
  std::string remote_address;  // "127.0.0.1"

  // nullptr when absent.
  const std::string* header(const std::string& lower_case_name) const;
  const std::string* query_value(const std::string& name) const;
};

class StreamedBody;
class Upgrade;

// JSON bodies get `Cache-Control: no-store` unless `headers` has its own; every response gets nosniff.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<StreamedBody> stream;  // sent in place of `body`, as it comes; see stream.h
  std::shared_ptr<Upgrade> upgrade;      // takes the connection over and sends what is to be sent
  // What the request counts for where requests are limited: that for many jobs, as many.
  std::size_t cost = 1;
  // Let go when the response has been sent, streamed to its end or given up.
  std::shared_ptr<const void> lease;
};

}  // namespace code_exec::http
