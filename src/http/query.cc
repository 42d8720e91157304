#include "http/query.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace code_exec::http {
namespace {

Error malformed(std::string detail) {
  return Error{Errc::malformed, std::move(detail), {}};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(unsigned char c) {
  return c < 0x20 || c == 0x7f;
}

// Without scheme and authority. A request to a proxy has them, and every server must take it (RFC
// 9112, 3.2.2).
std::string_view origin_form(std::string_view target) {
  for (std::string_view scheme : {"http://", "https://"}) {
    const bool same = target.size() >= scheme.size() &&
                      std::equal(scheme.begin(), scheme.end(), target.begin(), [](char wanted, char given) {
                        return wanted == (given >= 'A' && given <= 'Z' ? given - 'A' + 'a' : given);
                      });
    if (same) return target.substr(std::min(target.find_first_of("/?", scheme.size()), target.size()));
  }
  return target;
}

Result<std::string> decode_path(std::string_view path) {
  if (path.empty()) return std::string("/");
  if (path.front() != '/') return malformed("the request target must be a path");
  auto decoded = percent_decode(path, PlusSign::literal);
  if (!decoded) return decoded;
  if (std::any_of(decoded->begin(), decoded->end(), is_control))
    return malformed("the path must not contain control characters");
  if (std::count(decoded->begin(), decoded->end(), '/') != std::count(path.begin(), path.end(), '/'))
    return malformed("the path must not contain an encoded slash");
  return decoded;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, PlusSign plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      const int high = text.size() - at > 2 ? hex_value(text[at + 1]) : -1;
      const int low = text.size() - at > 2 ? hex_value(text[at + 2]) : -1;
      if (high < 0 || low < 0) return malformed("'%' must be followed by two hexadecimal digits");
      out += static_cast<char>(high * 16 + low);
      at += 2;
    } else {
      out += text[at] == '+' && plus == PlusSign::space ? ' ' : text[at];
    }
  }
  if (!is_utf8(out)) return malformed("the request target must be UTF-8");
  return out;
}

Result<std::map<std::string, std::string>> parse_query(std::string_view query) {
  std::map<std::string, std::string> values;
  std::size_t count = 0;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    if (++count > query_parameters_max) return malformed("the query has too many parameters");
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), PlusSign::space);
    if (!name) return name.error();
    if (name->empty()) return malformed("a query parameter has no name");
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), PlusSign::space);
    if (!value) return value.error();
    values.insert_or_assign(*std::move(name), *std::move(value));
  }
  return values;
}

Result<Target> parse_target(std::string_view target) {
  if (target.find('#') != std::string_view::npos)
    return malformed("the request target must not have a fragment");
  target = origin_form(target);
  const std::size_t mark = std::min(target.find('?'), target.size());
  auto path = decode_path(target.substr(0, mark));
  if (!path) return path.error();
  auto query = parse_query(target.substr(std::min(mark + 1, target.size())));
  if (!query) return query.error();
  return Target{*std::move(path), *std::move(query)};
}

}  // namespace code_exec::http
