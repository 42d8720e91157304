// http/server.h - the HTTP/1.1 server: Boost.Beast coroutines on one event loop. Every bound has a name here.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "base/task.h"
#include "http/http.h"

namespace prometheus {
class Registry;
}

namespace code_exec::http {

struct ServerOptions {
  std::string listen = "127.0.0.1:3000";  // ADDR:PORT, [v6]:PORT; port 0 picks a free one
  std::size_t header_bytes_max = 16 << 10;
  std::size_t body_bytes_max = 32 << 20;
  std::size_t connections_max = 4096;  // one more is answered 503 and closed
  // Bodies being received or handled, all connections together; a request that would pass it gets 503.
  std::size_t body_bytes_total_max = 512 << 20;
  // Responses that wait for clients slow to read, all connections together; one more such connection is
  // closed.
  std::size_t unsent_bytes_total_max = 256 << 20;
  std::chrono::seconds header_timeout{10};  // from the first byte of a request to the end of its header
  std::chrono::seconds body_timeout{60};    // for the whole body
  std::chrono::seconds write_timeout{30};   // for a response to be taken by the client
  std::chrono::seconds idle_timeout{75};    // between requests
  // PEM texts; both empty: plain HTTP.
  std::string tls_certificate;  // with its chain, leaf first
  std::string tls_key;
};

class Server {
 public:
  virtual ~Server() = default;
  virtual std::string address() const = 0;  // with the real port
  // Stops accepting, lets requests under way finish within `bound`, then closes what is left, cancels its
  // handlers and waits for them. May be called twice. Destroy the server only after it.
  virtual Task<void> stop(std::chrono::milliseconds bound) = 0;
};

// Listens at once and serves until stop(). `router` must outlive the server. Errc::invalid: the address, or
// certificate and key (Error::field "tls");
// Errc::unavailable: cannot listen there.
Result<std::unique_ptr<Server>> start_server(net::any_io_executor executor, const Router& router,
                                             prometheus::Registry& metrics, ServerOptions options);

}  // namespace code_exec::http
