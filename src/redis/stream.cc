#include "redis/stream.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace code_exec::redis {
namespace {

using boost::system::error_code;
using net::ip::tcp;

Error failed(const char* step, const error_code& error) {
  return Error{Errc::unavailable, std::string("redis: ") + step + ": " + error.message(), {}};
}

// Looks names up and connects. Closing the socket ends nothing before there is one, so this remembers it.
class Connector {
 public:
  explicit Connector(net::any_io_executor executor)
      : resolver_(std::make_shared<tcp::resolver>(std::move(executor))) {}

  Task<void> connect(boost::beast::tcp_stream& socket, Url url, std::chrono::milliseconds bound) {
    error_code error;
    net::steady_timer timer(socket.get_executor(), bound);
    timer.async_wait([resolver = resolver_](const error_code& stopped) {
      if (!stopped) resolver->cancel();
    });
    const std::string port = std::to_string(url.port);
    const auto found =
        co_await resolver_->async_resolve(url.host, port, net::redirect_error(net::use_awaitable, error));
    timer.cancel();
    if (error) co_return failed("resolve", error);
    if (is_closed_) co_return failed("connect", net::error::operation_aborted);
    socket.expires_after(bound);
    (void)co_await socket.async_connect(found, net::redirect_error(net::use_awaitable, error));
    if (error) co_return failed("connect", error);
    if (is_closed_) co_return failed("connect", net::error::operation_aborted);
    socket.socket().set_option(tcp::no_delay(true), error);
    socket.socket().set_option(tcp::socket::keep_alive(true), error);
    co_return ok();
  }

  void close(boost::beast::tcp_stream& socket) {
    is_closed_ = true;
    resolver_->cancel();
    socket.close();
  }

 private:
  std::shared_ptr<tcp::resolver> resolver_;  // shared with a timer that may outlast us
  bool is_closed_ = false;
};

template <class Layer>
Task<std::size_t> read_some(Layer& layer, net::mutable_buffer buffer) {
  error_code error;
  const std::size_t size =
      co_await layer.async_read_some(buffer, net::redirect_error(net::use_awaitable, error));
  if (error) co_return failed("read", error);
  co_return size;
}

template <class Layer>
Task<void> write_all(Layer& layer, net::const_buffer bytes) {
  error_code error;
  (void)co_await net::async_write(layer, bytes, net::redirect_error(net::use_awaitable, error));
  if (error) co_return failed("write", error);
  co_return ok();
}

class PlainStream final : public Stream {
 public:
  explicit PlainStream(net::any_io_executor executor) : connector_(executor), socket_(std::move(executor)) {}

  Task<void> connect(Url url, std::chrono::milliseconds bound) override {
    auto connected = co_await connector_.connect(socket_, std::move(url), bound);
    socket_.expires_never();
    co_return connected;
  }
  Task<std::size_t> read(net::mutable_buffer buffer) override { return read_some(socket_, buffer); }
  Task<void> write(net::const_buffer bytes) override { return write_all(socket_, bytes); }
  void close() override { connector_.close(socket_); }

 private:
  Connector connector_;
  boost::beast::tcp_stream socket_;
};

class TlsStream final : public Stream {
 public:
  explicit TlsStream(net::any_io_executor executor)
      : connector_(executor),
        context_(net::ssl::context::tls_client),
        layer_(std::move(executor), context_) {}

  Task<void> connect(Url url, std::chrono::milliseconds bound) override {
    error_code error;
    context_.set_default_verify_paths(error);
    layer_.set_verify_mode(net::ssl::verify_peer, error);
    layer_.set_verify_callback(net::ssl::host_name_verification(url.host), error);
    SSL_set_tlsext_host_name(layer_.native_handle(), url.host.c_str());
    auto connected = co_await connector_.connect(layer_.next_layer(), std::move(url), bound);
    if (!connected) co_return connected;
    co_await layer_.async_handshake(net::ssl::stream_base::client,
                                    net::redirect_error(net::use_awaitable, error));
    layer_.next_layer().expires_never();
    if (error) co_return failed("TLS", error);
    co_return ok();
  }
  Task<std::size_t> read(net::mutable_buffer buffer) override { return read_some(layer_, buffer); }
  Task<void> write(net::const_buffer bytes) override { return write_all(layer_, bytes); }
  void close() override { connector_.close(layer_.next_layer()); }

 private:
  Connector connector_;
  net::ssl::context context_;
  net::ssl::stream<boost::beast::tcp_stream> layer_;
};

}  // namespace

std::unique_ptr<Stream> make_stream(net::any_io_executor executor, bool tls) {
  if (tls) return std::make_unique<TlsStream>(std::move(executor));
  return std::make_unique<PlainStream>(std::move(executor));
}

}  // namespace code_exec::redis
