#include "http/server.h"

#include <netinet/tcp.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"
#include "base/number.h"
#include "base/task_group.h"
#include "http/connections.h"
#include "http/session.h"
#include "http/tls.h"

namespace code_exec::http {
namespace {

using boost::system::error_code;
using net::ip::tcp;

constexpr int backlog = 1024;
// Connections beyond the bound that are being told so; further ones are closed without a word.
constexpr std::size_t refused_max = 64;
// A client whose machine went away does not acknowledge what is sent to it; without this, TCP tries for 15
// minutes.
constexpr unsigned unheard_ms_max = 60'000;
// After accept failed for want of descriptors or memory.
constexpr std::chrono::milliseconds accept_pause{100};

Result<tcp::endpoint> parse_listen(const std::string& text) {
  const Error wrong{Errc::invalid, "must be ADDRESS:PORT or [IPV6]:PORT, not " + log::quoted(text), "listen"};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong;
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') != host.ends_with(']') || host.empty()) return wrong;
  const bool bracketed = host.front() == '[';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  const auto port = parse_number<std::uint16_t>(std::string_view(text).substr(colon + 1));
  error_code error;
  const auto address = net::ip::make_address(host, error);
  if (error || !port || address.is_v6() != bracketed) return wrong;
  return tcp::endpoint(address, *port);
}

Result<tcp::acceptor> listen_at(const net::any_io_executor& executor, const tcp::endpoint& endpoint) {
  tcp::acceptor acceptor(executor);
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(backlog, error);
  if (error) {
    const std::string name = endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
    return Error{Errc::unavailable, "listen on " + name + ": " + error.message(), "listen"};
  }
  return acceptor;
}

std::string to_text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const std::string port = ":" + std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + address + "]" + port : address + port;
}

class BeastServer final : public Server {
 public:
  BeastServer(tcp::acceptor acceptor, std::shared_ptr<Connections> connections,
              std::unique_ptr<TlsTerminator> tls)
      : acceptor_(std::move(acceptor)),
        address_(to_text(acceptor_.local_endpoint())),
        connections_(std::move(connections)),
        tls_(std::move(tls)),
        bridges_(connections_->executor),
        tasks_(connections_->executor) {
    tasks_.spawn("http accept", accept());
  }

  std::string address() const override { return address_; }

  Task<void> stop(std::chrono::milliseconds bound) override {
    const Deadline until = std::chrono::steady_clock::now() + bound;
    auto stopped = co_await tasks_.stop();
    if (!stopped) co_return stopped;
    error_code ignored;
    acceptor_.close(ignored);
    connections_->begin_stop();
    auto empty = co_await connections_->wait_empty(until);
    if (!empty && empty.error().code != Errc::timeout) co_return empty;
    if (!empty) {
      log::warn("connections closed before they were done count={}", connections_->count());
      connections_->abort();
      empty = co_await connections_->wait_empty(no_deadline);
      if (!empty) co_return empty;
    }
    // They end with their sessions, each within a bound of its own.
    co_return co_await bridges_.join();
  }

 private:
  net::awaitable<void> accept() {
    bool failing = false;
    for (;;) {
      tcp::socket socket(connections_->executor);
      error_code error;
      co_await acceptor_.async_accept(socket, net::redirect_error(net::use_awaitable, error));
      if (error == net::error::operation_aborted) co_return;
      if (!error) {
        failing = false;
        admit(std::move(socket));
      } else if (error != net::error::connection_aborted) {
        if (!failing) log::error("accept failed error={}", error.message());
        failing = true;
        net::steady_timer pause(connections_->executor, accept_pause);
        co_await pause.async_wait(net::redirect_error(net::use_awaitable, error));
      }
    }
  }

  void admit(tcp::socket socket) {
    error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (!error) socket.non_blocking(true, error);
    if (!error) socket.set_option(tcp::no_delay(true), error);
    if (error) return;  // gone already
    setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &unheard_ms_max, sizeof unheard_ms_max);
    const bool full = connections_->count() >= connections_->options.connections_max;
    if (full && connections_->refused_count() >= refused_max) return;
    const auto mode = full ? Session::Mode::refuse : Session::Mode::serve;
    const std::string remote_address = remote.address().to_string();
    if (!tls_) {
      std::make_shared<Session>(connections_, Socket(std::move(socket)), remote_address, mode)->start();
      return;
    }
    auto inner = tls_->terminate(std::move(socket), bridges_);
    if (!inner) return log::error("connection refused error={}", log::quoted(inner.error().detail));
    std::make_shared<Session>(connections_, *std::move(inner), remote_address, mode)->start();
  }

  tcp::acceptor acceptor_;
  const std::string address_;
  const std::shared_ptr<Connections> connections_;
  const std::unique_ptr<TlsTerminator> tls_;  // null: plain HTTP
  TaskGroup bridges_;
  TaskGroup tasks_;
};

}  // namespace

Result<std::unique_ptr<Server>> start_server(net::any_io_executor executor, const Router& router,
                                             prometheus::Registry& metrics, ServerOptions options) {
  auto endpoint = parse_listen(options.listen);
  if (!endpoint) return endpoint.error();
  auto acceptor = listen_at(executor, *endpoint);
  if (!acceptor) return acceptor.error();
  std::unique_ptr<TlsTerminator> tls;
  if (!options.tls_certificate.empty() || !options.tls_key.empty()) {
    auto made = make_tls_terminator(options.tls_certificate, options.tls_key);
    if (!made) return Error{made.error().code, made.error().detail, "tls"};
    tls = *std::move(made);
  }
  auto connections = std::make_shared<Connections>(executor, router, metrics, std::move(options));
  return std::unique_ptr<Server>(
      std::make_unique<BeastServer>(*std::move(acceptor), std::move(connections), std::move(tls)));
}

}  // namespace code_exec::http
