#include "http/request_parser.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <utility>

#include "http/query.h"

namespace code_exec::http {
namespace {

namespace beast = boost::beast;
using BeastError = beast::http::error;

// A body's memory grows with what has come, not with what a header claims.
constexpr std::size_t body_reserve_max = 64 << 10;

Method to_method(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return Method::get;
    case beast::http::verb::head:
      return Method::head;
    case beast::http::verb::post:
      return Method::post;
    case beast::http::verb::put:
      return Method::put;
    case beast::http::verb::patch:
      return Method::patch;
    case beast::http::verb::delete_:
      return Method::del;
    case beast::http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

Rejection too_large_header() {
  return {431, "Header too large", "the request header is longer than this server takes"};
}

Rejection rejection_for(beast::error_code error) {
  if (error == BeastError::header_limit) return too_large_header();
  if (error == BeastError::body_limit)
    return {413, "Too large", "the request body is longer than this server takes"};
  if (error == BeastError::bad_version) return {505, "HTTP version not supported", "speak HTTP/1.1"};
  return {400, "Malformed request", "not HTTP/1.1: " + error.message()};
}

}  // namespace

class RequestParser::Impl final : public beast::http::basic_parser<true> {
 public:
  Impl(Request& request, ParserBounds bounds) : request_(request), bounds_(bounds) {
    header_limit(static_cast<std::uint32_t>(bounds.header_bytes_max));
    body_limit(bounds.body_bytes_max);
    eager(true);
  }

  bool take_expectation() { return std::exchange(expects_continue_, false) && request_.body.empty(); }
  bool was_refused() const { return refused_.status != 0; }
  Rejection& refused() { return refused_; }

 private:
  using Text = beast::string_view;

  // Any error stops the parser; `refused_` says which it was.
  void refuse(beast::error_code& error, int status, std::string_view title, std::string detail) {
    refused_ = {status, title, std::move(detail)};
    error = BeastError::bad_field;
  }
  void refuse(beast::error_code& error, std::string detail) {
    refuse(error, 400, "Malformed request", std::move(detail));
  }

  // Beast bounds a header by what is in the buffer at one time; one sent field by field would be unbounded.
  bool count_header_bytes(std::size_t bytes, beast::error_code& error) {
    header_bytes_ += bytes;
    if (header_bytes_ <= bounds_.header_bytes_max && ++header_fields_ <= header_fields_max) return true;
    error = BeastError::header_limit;
    return false;
  }

  void on_request_impl(beast::http::verb verb, Text, Text target, int version,
                       beast::error_code& error) override {
    request_.method = to_method(verb);
    version_ = version;
    if (!count_header_bytes(target.size() + 16, error)) return;
    auto parsed = http::parse_target({target.data(), target.size()});
    if (!parsed) return refuse(error, parsed.error().detail);
    request_.path = std::move(parsed->path);
    request_.query = std::move(parsed->query);
  }

  void on_field_impl(beast::http::field field, Text name, Text value, beast::error_code& error) override {
    if (!count_header_bytes(name.size() + value.size() + 4, error) || header_done_) return;
    if (!check_framing(field, value, error)) return;
    auto [place, fresh] =
        request_.headers.try_emplace(lower({name.data(), name.size()}), value.data(), value.size());
    if (fresh) return;
    if (field == beast::http::field::host || field == beast::http::field::content_length ||
        field == beast::http::field::transfer_encoding)
      return refuse(error, place->first + " must not be given twice");
    place->second.append(", ").append(value.data(), value.size());
  }

  // False when refused. Beast has already refused Content-Length beside chunked, in either order.
  bool check_framing(beast::http::field field, Text value, beast::error_code& error) {
    if (field == beast::http::field::content_length) {
      const bool digits = !value.empty() && std::all_of(value.begin(), value.end(),
                                                        [](char c) { return c >= '0' && c <= '9'; });
      // Beast takes a list of equal numbers, which others read as its first or last.
      if (!digits) refuse(error, "content-length must be a number");
      has_content_length_ = true;
    } else if (field == beast::http::field::transfer_encoding) {
      if (version_ < 11) {
        refuse(error, "transfer-encoding does not exist in HTTP/1.0");
      } else if (!beast::iequals(value, "chunked")) {
        refuse(error, 501, "Transfer coding not supported", "the only transfer coding is chunked");
      }
      has_transfer_encoding_ = true;
    } else if (field == beast::http::field::expect) {
      expects_continue_ = version_ >= 11 && beast::iequals(value, "100-continue");
      if (!beast::iequals(value, "100-continue"))
        refuse(error, 417, "Expectation failed", "the only expectation is 100-continue");
    }
    return !error;
  }

  void on_header_impl(beast::error_code& error) override {
    header_done_ = true;
    if (has_content_length_ && has_transfer_encoding_)
      return refuse(error, "content-length and transfer-encoding exclude each other");
    if (version_ >= 11 && !request_.headers.contains("host"))
      return refuse(error, "the host header is missing");
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, beast::error_code&) override {
    if (length) request_.body.reserve(std::min<std::uint64_t>(*length, body_reserve_max));
  }
  std::size_t on_body_impl(Text bytes, beast::error_code&) override {
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, beast::error_code& error) override {
    return on_body_impl(bytes, error);
  }

  void on_response_impl(int, Text, int, beast::error_code&) override {}
  void on_chunk_header_impl(std::uint64_t, Text, beast::error_code&) override {}
  void on_finish_impl(beast::error_code&) override {}

  Request& request_;
  ParserBounds bounds_;
  Rejection refused_{};
  std::size_t header_bytes_ = 0;
  std::size_t header_fields_ = 0;
  int version_ = 0;
  bool header_done_ = false;
  bool has_content_length_ = false;
  bool has_transfer_encoding_ = false;
  bool expects_continue_ = false;
};

RequestParser::RequestParser(ParserBounds bounds) : impl_(std::make_unique<Impl>(request_, bounds)) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::put(std::string_view bytes) {
  beast::error_code error;
  std::size_t used = 0;
  // Beast may return between the parts of a message, so it is asked again while it takes bytes.
  while (used < bytes.size() && !error && !impl_->is_done()) {
    const std::string_view rest = bytes.substr(used);
    // Beast 1.81 asserts that it is not asked twice about a last chunk of fewer bytes than these, which end
    // every chunked body: without them there is nothing to learn.
    if (impl_->is_header_done() && impl_->chunked() && rest.size() < std::string_view("0\r\n\r\n").size())
      break;
    used += impl_->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
  }
  if (error && error != BeastError::need_more) {
    state_ = State::rejected;
    rejection_ = impl_->was_refused() ? std::move(impl_->refused()) : rejection_for(error);
  } else if (impl_->is_done()) {
    state_ = State::done;
  } else if (impl_->is_header_done()) {
    state_ = State::body;
  }
  return used;
}

bool RequestParser::keep_alive() const {
  return impl_->keep_alive();
}

bool RequestParser::take_expectation() {
  return impl_->take_expectation();
}

std::size_t RequestParser::body_bytes_left() const {
  return impl_->content_length_remaining().value_or(0);
}

}  // namespace code_exec::http
