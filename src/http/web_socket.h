// http/web_socket.h - WebSockets (RFC 6455) on Boost.Beast: text messages both ways.
#pragma once

#include <memory>
#include <string>

#include "base/task.h"
#include "http/message.h"

namespace code_exec::http {

inline constexpr std::size_t web_socket_message_bytes_max = 64 << 10;  // of a client's

class WebSocket {
 public:
  virtual ~WebSocket() = default;
  // The next message. Errc::unavailable: the connection is over. Errc::malformed: it was not text; the
  // connection is being closed. One coroutine may wait here while another one sends.
  virtual Task<std::string> receive() = 0;
  // Errc::unavailable: the client is gone, or does not read; nothing can be sent any more. Several coroutines
  // may: each message goes out whole.
  virtual Task<void> send(std::string text) = 0;
  // Says goodbye: 1000 and `reason`. Nothing can be sent after it; receive() then ends.
  virtual Task<void> close(std::string reason) = 0;
};

class WebSocketConversation {
 public:
  virtual ~WebSocketConversation() = default;
  // The connection closes when this returns. Cancelled when the server stops.
  virtual net::awaitable<void> talk(WebSocket& socket) = 0;
};

bool asks_for_web_socket(const Request& request);
// The answer to a request that asks for one; 426 where it does not.
Response web_socket(const Request& request, std::shared_ptr<WebSocketConversation> conversation);

}  // namespace code_exec::http
