#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <utility>

namespace code_exec::http {
namespace {

namespace ssl = net::ssl;
using boost::system::error_code;

constexpr std::size_t pass_bytes = 16 << 10;  // the most of one TLS record
constexpr std::chrono::seconds handshake_bound{10};
constexpr std::chrono::seconds goodbye_bound{2};

// Shared by its two directions and its timer.
struct Bridge : std::enable_shared_from_this<Bridge> {
  Bridge(net::ip::tcp::socket its_client, ssl::context& context, Socket its_inner)
      : client(std::move(its_client), context), inner(std::move(its_inner)), bound(inner.get_executor()) {}

  void close() {
    error_code ignored;
    client.lowest_layer().close(ignored);
    inner.close(ignored);
  }
  void close_after(std::chrono::seconds time) {
    bound.expires_after(time);
    bound.async_wait([self = shared_from_this()](error_code cancelled) {
      if (!cancelled) self->close();
    });
  }

  // A session that ends meanwhile, because the server stops, ends the handshake.
  void watch_inner() {
    inner.async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
      char byte = 0;
      const bool ended = recv(self->inner.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
      if (!error && ended && !self->shaken) self->close();
    });
  }

  ssl::stream<net::ip::tcp::socket> client;
  Socket inner;
  net::steady_timer bound;
  bool shaken = false;
};

net::awaitable<void> pass_out(std::shared_ptr<Bridge> bridge) {
  std::array<char, pass_bytes> buffer;
  error_code error;
  while (!error) {
    const std::size_t count = co_await bridge->inner.async_read_some(
        net::buffer(buffer), net::redirect_error(net::use_awaitable, error));
    if (error) break;
    co_await net::async_write(bridge->client, net::buffer(buffer.data(), count),
                              net::redirect_error(net::use_awaitable, error));
  }
  // The session has closed its end, or the client is gone.
  bridge->close_after(goodbye_bound);
  co_await bridge->client.async_shutdown(net::redirect_error(net::use_awaitable, error));
  bridge->bound.cancel();
  bridge->close();
}

net::awaitable<void> pass_in(std::shared_ptr<Bridge> bridge, TaskGroup& group) {
  error_code error;
  bridge->close_after(handshake_bound);
  bridge->watch_inner();
  co_await bridge->client.async_handshake(ssl::stream_base::server,
                                          net::redirect_error(net::use_awaitable, error));
  bridge->bound.cancel();
  bridge->shaken = true;
  if (error) {
    bridge->close();
    co_return;
  }
  group.spawn("tls out", pass_out(bridge));
  std::array<char, pass_bytes> buffer;
  while (!error) {
    const std::size_t count = co_await bridge->client.async_read_some(
        net::buffer(buffer), net::redirect_error(net::use_awaitable, error));
    if (error) break;
    co_await net::async_write(bridge->inner, net::buffer(buffer.data(), count),
                              net::redirect_error(net::use_awaitable, error));
  }
  // The client has ended its side; an answer may still be on its way to it.
  bridge->inner.shutdown(Socket::shutdown_send, error);
}

Error openssl_error(const char* what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return {Errc::invalid, std::string(what) + ": " + text.data(), {}};
}

class Terminator final : public TlsTerminator {
 public:
  explicit Terminator(ssl::context context) : context_(std::move(context)) {}

  Result<Socket> terminate(net::ip::tcp::socket client, TaskGroup& group) override {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      return system_error(Errc::unavailable, "socketpair", "", errno);
    const net::any_io_executor executor = client.get_executor();
    const net::generic::stream_protocol protocol(AF_UNIX, 0);
    Socket session_end(executor, protocol, ends[0]);
    session_end.non_blocking(true);
    auto bridge = std::make_shared<Bridge>(std::move(client), context_, Socket(executor, protocol, ends[1]));
    group.spawn("tls in", pass_in(std::move(bridge), group));
    return session_end;
  }

 private:
  ssl::context context_;
};

}  // namespace

Result<std::unique_ptr<TlsTerminator>> make_tls_terminator(const std::string& certificate_pem,
                                                           const std::string& key_pem) {
  ssl::context context(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  error_code error;
  context.use_certificate_chain(net::buffer(certificate_pem), error);
  if (error) return openssl_error("the certificate is not one");
  context.use_private_key(net::buffer(key_pem), ssl::context::pem, error);
  if (error) return openssl_error("the key is not one");
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return openssl_error("the key does not belong to the certificate");
  return std::unique_ptr<TlsTerminator>(std::make_unique<Terminator>(std::move(context)));
}

}  // namespace code_exec::http
