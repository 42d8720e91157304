// http/origins.h - requests that pages of other origins have a browser send.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace code_exec::http {

// Would change something, or opens a WebSocket, which no rule of the browser's keeps a page from.
bool changes_state(const Request& request);

// A browser sends it for a page of another origin. What says nothing of it is no browser. Origins, not sites:
// another port of this machine is another origin.
bool is_cross_origin(const Request& request);

// The Host header names this machine as only it is called: "localhost", "127.0.0.1:3000", "[::1]". A page
// whose name was made to resolve to a loopback address (DNS rebinding) is of the same origin for its browser;
// the name remains. Without the header it is no browser.
bool has_local_host(const Request& request);

// The origins whose pages may use this server (CORS).
class Origins {
 public:
  // "https://example.org", "http://localhost:8080", or "*" alone: every one. Errc::invalid.
  static Result<Origins> parse(const std::vector<std::string>& texts);
  Origins() = default;

  bool any() const { return all_ || !listed_.empty(); }
  bool all() const { return all_; }
  bool lists(std::string_view origin) const;  // by name: not where it is every one

  // What a browser asks before it sends a request that is more than a form could: it carries no key.
  bool is_preflight(const Request& request) const;
  static Response preflight();
  // Lets the page read the answer. `origin` is its Origin header, or nullptr.
  void allow(const std::string* origin, Response& response) const;

 private:
  bool all_ = false;
  std::vector<std::string> listed_;
};

}  // namespace code_exec::http
