// http/request_parser.h - bytes to a Request, on Beast's parser. Stricter than Beast where two servers could
// read the same bytes differently (request smuggling): one Content-Length or one "Transfer-Encoding:
// chunked", never both, never anything else. Trailers are dropped.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace code_exec::http {

inline constexpr std::size_t header_fields_max = 100;

struct ParserBounds {
  std::size_t header_bytes_max;
  std::size_t body_bytes_max;
};

// What to answer instead. The connection cannot be used after it: where the next request begins is unknown.
struct Rejection {
  int status;
  std::string_view title;
  std::string detail;
};

class RequestParser {
 public:
  explicit RequestParser(ParserBounds bounds);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  enum class State { header, body, done, rejected };

  // Takes as much of `bytes` as it can use; keep the rest and offer it again with more behind it. Not to be
  // called when done or rejected.
  std::size_t put(std::string_view bytes);
  State state() const { return state_; }
  const Rejection& rejection() const { return rejection_; }

  // From here on, valid when the state is body or done.
  bool keep_alive() const;
  // True once, when the client waits for "100 Continue" before it sends its body.
  bool take_expectation();
  std::size_t body_bytes_left() const;  // 0 for a chunked body: unknown
  Request& request() { return request_; }

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
  State state_ = State::header;
  Rejection rejection_{};
  Request request_;
};

}  // namespace code_exec::http
