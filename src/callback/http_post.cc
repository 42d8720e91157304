#include "callback/http_post.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <list>

#include "base/number.h"
#include "callback/resolver.h"

namespace code_exec::callback {
namespace {

namespace http = boost::beast::http;
namespace ssl = net::ssl;
using boost::system::error_code;
using net::ip::tcp;
using std::chrono::steady_clock;
using TcpStream = boost::beast::tcp_stream;

constexpr std::uint32_t answer_header_max = 16 << 10;
constexpr std::size_t answer_body_max = 64 << 10;
constexpr auto answer_body_wait = std::chrono::seconds(1);
constexpr std::size_t seconds_digits_max = 9;

Error failed(const char* step, const error_code& error) {
  const bool late = error == boost::beast::error::timeout;
  return Error{late ? Errc::timeout : Errc::unavailable, std::string(step) + ": " + error.message(), {}};
}

std::optional<std::chrono::milliseconds> seconds_in(std::string_view text) {
  const auto seconds = parse_number<std::int64_t>(text);
  if (!seconds || *seconds < 0 || text.size() > seconds_digits_max) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

class BeastPost final : public HttpPost {
 public:
  BeastPost(net::any_io_executor executor, HttpPostOptions options)
      : executor_(executor), options_(options), resolver_(std::move(executor)) {}

  Task<Answer> post(Post post) override {
    if (is_stopped_) co_return cancelled();
    const auto begun = steady_clock::now();
    auto endpoints = co_await find(post.url);
    if (!endpoints) co_return endpoints.error();

    TcpStream stream(executor_);
    const Open open(*this, stream);
    stream.expires_at(begun + options_.connect_max);
    error_code error;
    (void)co_await stream.async_connect(*endpoints, net::redirect_error(net::use_awaitable, error));
    if (error) co_return stopped_or(failed("connect", error));
    stream.expires_at(begun + options_.whole_max);
    auto exchanged =
        post.url.tls ? exchange_over_tls(stream, std::move(post)) : exchange(stream, std::move(post));
    auto answer = co_await std::move(exchanged);
    if (!answer) co_return stopped_or(answer.error());
    co_return answer;
  }

  void stop() override {
    is_stopped_ = true;
    resolver_.stop();
    for (TcpStream* stream : open_) stream->close();
  }

 private:
  // A stream that stop() closes.
  class Open {
   public:
    Open(BeastPost& owner, TcpStream& stream)
        : owner_(owner), place_(owner.open_.insert(owner.open_.end(), &stream)) {}
    ~Open() { owner_.open_.erase(place_); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;

   private:
    BeastPost& owner_;
    std::list<TcpStream*>::iterator place_;
  };

  static Error cancelled() { return Error{Errc::cancelled, "callbacks are stopped", {}}; }
  Error stopped_or(Error error) const { return is_stopped_ ? cancelled() : error; }

  // Only what may be connected to; the name is not looked up again.
  Task<std::vector<tcp::endpoint>> find(const Url& url) {
    auto addresses = co_await resolver_.resolve(url.host, options_.connect_max);
    if (!addresses) co_return addresses.error();
    std::vector<tcp::endpoint> endpoints;
    for (const net::ip::address& address : *addresses) {
      if (may_connect(address, options_.reach)) endpoints.emplace_back(address, url.port);
    }
    if (endpoints.empty())
      co_return Error{Errc::invalid, "every address of the host is private or reserved", {}};
    co_return endpoints;
  }

  Task<Answer> exchange_over_tls(TcpStream& stream, Post post) {
    ssl::stream<TcpStream&> layer(stream, tls());
    error_code error;
    layer.set_verify_mode(ssl::verify_peer, error);
    if (!error) layer.set_verify_callback(ssl::host_name_verification(post.url.host), error);
    if (error) co_return failed("TLS", error);
    error_code no_address;
    net::ip::make_address(post.url.host, no_address);
    // RFC 6066: an address is no name to be sent.
    if (no_address) SSL_set_tlsext_host_name(layer.native_handle(), post.url.host.c_str());
    co_await layer.async_handshake(ssl::stream_base::client, net::redirect_error(net::use_awaitable, error));
    if (error) co_return failed("TLS", error);
    co_return co_await exchange(layer, std::move(post));
  }

  template <class Layer>
  Task<Answer> exchange(Layer& layer, Post post) {
    http::request<http::string_body> request(http::verb::post, post.url.target, 11);
    request.set(http::field::host, post.url.authority);
    for (const auto& [name, value] : post.headers) request.set(name, value);
    request.keep_alive(false);
    request.body() = std::move(post.body);
    request.prepare_payload();
    error_code error;
    co_await http::async_write(layer, request, net::redirect_error(net::use_awaitable, error));
    // Who does not read all of the body may have answered all the same.
    const error_code write_error = error;
    request.body() = std::string();

    boost::beast::flat_buffer buffer(answer_header_max + answer_body_max);
    http::response_parser<http::string_body> parser;
    parser.header_limit(answer_header_max);
    parser.body_limit(answer_body_max);
    co_await http::async_read_header(layer, buffer, parser, net::redirect_error(net::use_awaitable, error));
    if (error) co_return write_error ? failed("write", write_error) : failed("read", error);
    Answer answer{.status = static_cast<int>(parser.get().result_int())};
    answer.retry_after = seconds_in(parser.get()[http::field::retry_after]);

    // The status counts. The body is taken so that the receiver does not see its connection reset.
    if (!parser.is_done()) {
      boost::beast::get_lowest_layer(layer).expires_after(answer_body_wait);
      co_await http::async_read(layer, buffer, parser, net::redirect_error(net::use_awaitable, error));
    }
    co_return answer;
  }

  ssl::context& tls() {
    if (!tls_) {
      tls_.emplace(ssl::context::tls_client);
      error_code error;
      tls_->set_default_verify_paths(error);
      SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
    }
    return *tls_;
  }

  net::any_io_executor executor_;
  const HttpPostOptions options_;
  Resolver resolver_;
  std::optional<ssl::context> tls_;
  std::list<TcpStream*> open_;
  bool is_stopped_ = false;
};

}  // namespace

std::unique_ptr<HttpPost> make_http_post(net::any_io_executor executor, HttpPostOptions options) {
  return std::make_unique<BeastPost>(std::move(executor), options);
}

}  // namespace code_exec::callback
