// http/stream.h - responses that go on after their head: a body that comes while it is sent, and a connection
// that becomes something else (a WebSocket, see web_socket.h).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <string_view>

#include "base/task.h"

namespace code_exec::http {

// A client's TCP connection, or our end of what stands between us and one that speaks TLS (tls.h).
using Socket = net::generic::stream_protocol::socket;

class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  // Returns when the client's side has taken `bytes`, which must stay where they are until then. False: it is
  // gone, or did not take them within ServerOptions::write_timeout; nothing can be sent any more.
  virtual net::awaitable<bool> write(std::string_view bytes) = 0;
};

// The connection closes where the body ends. Belongs to the response and goes with the connection.
class StreamedBody {
 public:
  virtual ~StreamedBody() = default;
  // Returns at the body's end. Cancelled when the client goes away.
  virtual net::awaitable<void> send(BodyWriter& to) = 0;
};

// The connection of a request that was answered with an Upgrade.
class UpgradedConnection {
 public:
  virtual ~UpgradedConnection() = default;
  virtual Socket& socket() = 0;
  // Between the two the connection has ServerOptions::write_timeout; it is closed when that has passed.
  virtual void begin_write() = 0;
  virtual void end_write() = 0;
};

// Sends the answer of status 101 itself.
class Upgrade {
 public:
  virtual ~Upgrade() = default;
  // Returns when the connection is done with. Cancelled when the server stops.
  virtual net::awaitable<void> run(UpgradedConnection& connection) = 0;
};

}  // namespace code_exec::http
