#include "job/judge.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

namespace code_exec::job {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string_view without_trailing_space(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// Empty at the end.
std::string_view take_token(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  const auto end = std::find_if(text.begin(), text.end(), is_space);
  const std::string_view token = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(token.size());
  return token;
}

// "-1.5e3" and the like; not "nan", "inf" or hexadecimal, which are compared as words.
std::optional<double> number_in(std::string_view token) {
  if (token.starts_with('+')) {
    token.remove_prefix(1);
    if (token.starts_with('+') || token.starts_with('-')) return std::nullopt;
  }
  const bool has_digit = std::any_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
  double number = 0;
  const auto [rest, error] = std::from_chars(token.data(), token.data() + token.size(), number);
  if (!has_digit || rest != token.data() + token.size()) return std::nullopt;
  // from_chars says the same of what is too large and of what is too near to 0.
  if (error == std::errc::result_out_of_range)
    number = std::strtod(std::string(token).c_str(), nullptr);
  else if (error != std::errc())
    return std::nullopt;
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

bool is_near(double expected, double printed, double tolerance) {
  return std::abs(expected - printed) <= tolerance * std::max(1.0, std::abs(expected));
}

bool match_lines(std::string_view expected, std::string_view printed) {
  expected = without_trailing_space(expected);
  printed = without_trailing_space(printed);
  while (!expected.empty() || !printed.empty()) {
    if (expected.empty() || printed.empty()) return false;
    if (without_trailing_space(take_line(expected)) != without_trailing_space(take_line(printed)))
      return false;
  }
  return true;
}

template <class Same>
bool match_tokens(std::string_view expected, std::string_view printed, Same same) {
  for (;;) {
    const std::string_view one = take_token(expected);
    const std::string_view other = take_token(printed);
    if (one.empty() || other.empty()) return one.empty() && other.empty();
    if (one != other && !same(one, other)) return false;
  }
}

}  // namespace

bool matches(const Tests& rules, std::string_view expected, std::string_view printed) {
  switch (rules.comparison) {
    case Comparison::exact:
      return expected == printed;
    case Comparison::trailing_space:
      return match_lines(expected, printed);
    case Comparison::tokens:
      return match_tokens(expected, printed, [](auto, auto) { return false; });
    case Comparison::numeric:
      return match_tokens(expected, printed, [&](std::string_view one, std::string_view other) {
        const auto wanted = number_in(one);
        const auto found = number_in(other);
        return wanted && found && is_near(*wanted, *found, rules.tolerance);
      });
  }
  return false;
}

}  // namespace code_exec::job
