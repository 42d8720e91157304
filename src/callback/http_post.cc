#include "callback/http_post.h"

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cstdlib>
#include <list>
#include <map>

#include "base/number.h"

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
constexpr std::size_t answer_piece = 4 << 10;
constexpr int interim_answers_max = 5;
constexpr std::size_t seconds_digits_max = 9;

// A receiver chooses the groups it is asked for and signs with the key it likes, on our event loop:
// finite-field Diffie-Hellman of its own size would take us a second for each handshake.
constexpr const char* tls12_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* tls_groups = "X25519:P-256:P-384";

Error failed(const char* step, const error_code& error) {
  const bool late = error == boost::beast::error::timeout;
  return Error{late ? Errc::timeout : Errc::unavailable, std::string(step) + ": " + error.message(), {}};
}

std::optional<std::chrono::milliseconds> seconds_in(std::string_view text) {
  const auto seconds = parse_number<std::int64_t>(text);
  if (!seconds || *seconds < 0 || text.size() > seconds_digits_max) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

// What counts as one receiver's address: a customer has a /64 of IPv6 and more.
net::ip::address network_of(const net::ip::address& address) {
  if (address.is_v4()) return address;
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return net::ip::address_v6(bytes);
}

class BeastPost final : public HttpPost {
 public:
  BeastPost(net::any_io_executor executor, HttpPostOptions options)
      : executor_(executor), options_(options), resolver_(std::move(executor), options_.lookup) {}

  Task<Answer> post(Post post) override {
    if (is_stopped_) co_return cancelled();
    const auto begun = steady_clock::now();
    auto endpoints = co_await find(post.url);
    if (!endpoints) co_return endpoints.error();

    TcpStream stream(executor_);
    const Open open(*this, stream);
    std::optional<Place> place;
    auto connected = co_await connect(stream, *std::move(endpoints), begun + options_.connect_max, place);
    if (!connected) co_return stopped_or(connected.error());
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

  // At an address.
  class Place {
   public:
    Place(BeastPost& owner, const net::ip::address& address)
        : owner_(owner), place_(owner.under_way_.try_emplace(network_of(address), 0).first) {
      ++place_->second;
    }
    ~Place() {
      if (--place_->second == 0) owner_.under_way_.erase(place_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    BeastPost& owner_;
    std::map<net::ip::address, int>::iterator place_;
  };

  bool has_place(const net::ip::address& address) const {
    auto found = under_way_.find(network_of(address));
    return found == under_way_.end() || found->second < options_.per_address_max;
  }

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

  // One after the other, each with its share of the time that is left: one that is silent keeps it from no
  // other.
  Task<void> connect(TcpStream& stream, std::vector<tcp::endpoint> endpoints, steady_clock::time_point until,
                     std::optional<Place>& place) {
    Error failure{Errc::full, "too many posts to its address are under way", {}};
    for (auto one = endpoints.begin(); one != endpoints.end() && !is_stopped_; ++one) {
      if (!has_place(one->address())) continue;
      place.emplace(*this, one->address());
      const auto now = steady_clock::now();
      stream.expires_at(now + (until - now) / (endpoints.end() - one));
      error_code error;
      co_await stream.async_connect(*one, net::redirect_error(net::use_awaitable, error));
      if (!error) co_return ok();
      failure = failed("connect", error);
      stream.socket().close(error);
    }
    co_return failure;
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

    boost::beast::flat_buffer buffer(answer_header_max + answer_piece);
    std::optional<Parser> parser;
    for (int interim = 0; !parser || is_interim(*parser); ++interim) {
      if (interim > interim_answers_max) co_return Error{Errc::unavailable, "read: no final answer", {}};
      parser.emplace();
      parser->header_limit(answer_header_max);
      parser->body_limit(boost::none);  // none is kept
      co_await http::async_read_header(layer, buffer, *parser,
                                       net::redirect_error(net::use_awaitable, error));
      if (error) co_return write_error ? failed("write", write_error) : failed("read", error);
    }
    Answer answer{.status = static_cast<int>(parser->get().result_int())};
    answer.retry_after = seconds_in(parser->get()[http::field::retry_after]);
    boost::beast::get_lowest_layer(layer).expires_after(answer_body_wait);
    co_await skip_body(layer, buffer, *parser);
    co_return answer;
  }

  using Parser = http::response_parser<http::buffer_body>;

  static bool is_interim(const Parser& parser) {
    const unsigned status = parser.get().result_int();
    return status / 100 == 1 && status != static_cast<unsigned>(http::status::switching_protocols);
  }

  // The status counts. The body is taken so that the receiver does not see its connection reset.
  template <class Layer>
  static net::awaitable<void> skip_body(Layer& layer, boost::beast::flat_buffer& buffer, Parser& parser) {
    std::array<char, answer_piece> piece{};
    for (std::size_t taken = 0; !parser.is_done() && taken < answer_body_max;) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      error_code error;
      co_await http::async_read(layer, buffer, parser, net::redirect_error(net::use_awaitable, error));
      if (error && error != http::error::need_buffer) co_return;
      taken += piece.size() - parser.get().body().size;
    }
  }

  ssl::context& tls() {
    if (!tls_) {
      tls_.emplace(ssl::context::tls_client);
      error_code error;
      tls_->set_default_verify_paths(error);
      SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
      if (SSL_CTX_set_cipher_list(tls_->native_handle(), tls12_ciphers) != 1 ||
          SSL_CTX_set1_groups_list(tls_->native_handle(), tls_groups) != 1)
        std::abort();
    }
    return *tls_;
  }

  net::any_io_executor executor_;
  const HttpPostOptions options_;
  Resolver resolver_;
  std::optional<ssl::context> tls_;
  std::list<TcpStream*> open_;
  std::map<net::ip::address, int> under_way_;  // by network_of()
  bool is_stopped_ = false;
};

}  // namespace

std::unique_ptr<HttpPost> make_http_post(net::any_io_executor executor, HttpPostOptions options) {
  return std::make_unique<BeastPost>(std::move(executor), options);
}

}  // namespace code_exec::callback
