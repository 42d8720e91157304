#include "http/web_socket.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "base/event.h"
#include "http/http.h"
#include "http/stream.h"

namespace code_exec::http {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using Handshake = beast::http::request<beast::http::empty_body>;

// A client that says nothing is asked whether it is there, and given up when it does not answer.
constexpr std::chrono::seconds silence_max{60};

Handshake handshake_of(const Request& request) {
  Handshake handshake(beast::http::verb::get, "/", 11);
  for (const auto& [name, value] : request.headers) handshake.set(name, value);
  return handshake;
}

class BeastWebSocket final : public WebSocket {
 public:
  explicit BeastWebSocket(UpgradedConnection& connection)
      : connection_(connection), stream_(connection.socket()), written_(connection.socket().get_executor()) {
    stream_.set_option(
        websocket::stream_base::timeout{std::chrono::seconds(10), silence_max, /*keep_alive_pings=*/true});
    stream_.read_message_max(web_socket_message_bytes_max);
    stream_.text(true);
    stream_.auto_fragment(false);
  }

  net::awaitable<bool> accept(const Handshake& handshake) {
    error_code error;
    co_await stream_.async_accept(handshake, net::redirect_error(net::use_awaitable, error));
    co_return !error;
  }

  Task<std::string> receive() override {
    error_code error;
    co_await stream_.async_read(buffer_, net::redirect_error(net::use_awaitable, error));
    if (error) co_return Error{Errc::unavailable, error.message(), {}};
    if (!stream_.got_text()) co_return Error{Errc::malformed, "messages must be text", {}};
    const net::const_buffer bytes = buffer_.cdata();
    std::string message(static_cast<const char*>(bytes.data()), bytes.size());
    buffer_.consume(buffer_.size());
    co_return message;
  }

  Task<void> send(std::string text) override {
    auto turn = co_await take_turn();
    if (!turn) co_return turn;
    error_code error;
    connection_.begin_write();
    co_await stream_.async_write(net::buffer(text), net::redirect_error(net::use_awaitable, error));
    connection_.end_write();
    writing_ = false;
    written_.notify();
    if (error) co_return Error{Errc::unavailable, error.message(), {}};
    co_return ok();
  }

  Task<void> close(std::string reason) override {
    error_code error;
    auto turn = co_await take_turn();
    if (!turn) co_return turn;
    const websocket::close_reason why(websocket::close_code::normal, reason);
    connection_.begin_write();
    co_await stream_.async_close(why, net::redirect_error(net::use_awaitable, error));
    connection_.end_write();
    if (error) co_return Error{Errc::unavailable, error.message(), {}};
    co_return ok();
  }

 private:
  Task<void> take_turn() {
    while (writing_) {
      auto waited = co_await written_.wait();
      if (!waited) co_return waited;
    }
    writing_ = true;
    co_return ok();
  }

  UpgradedConnection& connection_;
  websocket::stream<Socket&> stream_;
  beast::flat_buffer buffer_;
  Notifier written_;
  bool writing_ = false;
};

class WebSocketUpgrade final : public Upgrade {
 public:
  WebSocketUpgrade(Handshake handshake, std::shared_ptr<WebSocketConversation> conversation)
      : handshake_(std::move(handshake)), conversation_(std::move(conversation)) {}

  net::awaitable<void> run(UpgradedConnection& connection) override {
    BeastWebSocket socket(connection);
    connection.begin_write();
    const bool accepted = co_await socket.accept(handshake_);
    connection.end_write();
    if (!accepted) co_return;
    net::awaitable<void> conversation = conversation_->talk(socket);
    co_await std::move(conversation);
  }

 private:
  Handshake handshake_;
  std::shared_ptr<WebSocketConversation> conversation_;
};

}  // namespace

bool asks_for_web_socket(const Request& request) {
  return request.method == Method::get && websocket::is_upgrade(handshake_of(request));
}

Response web_socket(const Request& request, std::shared_ptr<WebSocketConversation> conversation) {
  if (!asks_for_web_socket(request)) {
    Response response = problem(426, "Upgrade required", "this route is a WebSocket");
    response.headers.emplace_back("Upgrade", "websocket");
    return response;
  }
  Response response;
  response.status = 101;
  response.upgrade = std::make_shared<WebSocketUpgrade>(handshake_of(request), std::move(conversation));
  return response;
}

}  // namespace code_exec::http
