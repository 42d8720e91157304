// base/number.h - texts that are a number and nothing else.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace code_exec {

// Decimal; no sign but a '-' that the type can have, no space. Nothing: it is none, or does not fit.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

}  // namespace code_exec
