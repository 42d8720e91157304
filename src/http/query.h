// http/query.h - what a request target says: the path and the query, percent-decoded strictly. Every error is
// Errc::malformed.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace code_exec::http {

inline constexpr std::size_t query_parameters_max = 100;

enum class PlusSign { literal, space };

// '%' must be followed by two hexadecimal digits, and the result must be UTF-8.
Result<std::string> percent_decode(std::string_view text, PlusSign plus);

// "a=1&b=%20": the last of equal names wins; a name without '=' has an empty value.
Result<std::map<std::string, std::string>> parse_query(std::string_view query);

struct Target {
  std::string path;  // starts with '/'; no control characters
  std::map<std::string, std::string> query;
};

// The origin form "/path?query" or the absolute form "http://host/path?query". An encoded '/' in the path is
// refused: it would split segments differently here than in a proxy in front.
Result<Target> parse_target(std::string_view target);

}  // namespace code_exec::http
