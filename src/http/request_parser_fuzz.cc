// Whatever the bytes, parsing ends; and where they were cut on their way does not change what they say.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/text.h"
#include "http/request_parser.h"

namespace {

using code_exec::http::ParserBounds;
using code_exec::http::RequestParser;
using State = RequestParser::State;

constexpr ParserBounds bounds{1024, 2048};

void expect(bool held) {
  if (!held) std::abort();
}

struct Parsed {
  std::unique_ptr<RequestParser> parser = std::make_unique<RequestParser>(bounds);
  std::size_t used = 0;
};

// As a connection does it: what is not taken is offered again with `step` more bytes behind it.
Parsed parse(std::string_view bytes, std::size_t step) {
  Parsed parsed;
  auto ended = [&] {
    return parsed.parser->state() == State::done || parsed.parser->state() == State::rejected;
  };
  for (std::size_t have = 0; have < bytes.size() && !ended();) {
    have = std::min(have + step, bytes.size());
    if (have > parsed.used) parsed.used += parsed.parser->put(bytes.substr(parsed.used, have - parsed.used));
    expect(parsed.used <= have);
  }
  return parsed;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Parsed whole = parse(bytes, bytes.size() + 1);
  Parsed cut = parse(bytes, 1);
  const auto& request = whole.parser->request();
  expect(request.body.size() <= bounds.body_bytes_max);
  expect((whole.parser->state() == State::done) == (cut.parser->state() == State::done));
  if (whole.parser->state() == State::rejected) expect(whole.parser->rejection().status >= 400);
  if (whole.parser->state() != State::done) return 0;

  const auto& again = cut.parser->request();
  expect(whole.used == cut.used && request.body == again.body && request.path == again.path);
  expect(request.headers == again.headers && request.query == again.query);
  expect(whole.parser->keep_alive() == cut.parser->keep_alive());
  expect(request.path.front() == '/' && code_exec::is_utf8(request.path));
  const bool chunked = request.header("transfer-encoding") != nullptr;
  const bool by_length = request.header("content-length") != nullptr;
  expect(!(chunked && by_length) && (chunked || by_length || request.body.empty()));
  return 0;
}
