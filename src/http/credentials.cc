#include "http/credentials.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace code_exec::http {
namespace {

// What follows the name of the scheme, which is in any case (RFC 9110, 11.1).
std::optional<std::string_view> after_scheme(std::string_view value, std::string_view scheme) {
  const bool same = value.size() > scheme.size() && value[scheme.size()] == ' ' &&
                    std::equal(scheme.begin(), scheme.end(), value.begin(), [](char wanted, char given) {
                      return wanted == (given >= 'A' && given <= 'Z' ? given - 'A' + 'a' : given);
                    });
  if (!same) return std::nullopt;
  value.remove_prefix(std::min(value.find_first_not_of(' ', scheme.size()), value.size()));
  return value;
}

}  // namespace

std::optional<Credentials> credentials_of(const Request& request) {
  if (const std::string* token = request.header("x-auth-token")) return Credentials{*token, false};
  const std::string* authorization = request.header("authorization");
  if (!authorization) return std::nullopt;
  if (const auto key = after_scheme(*authorization, "bearer")) return Credentials{std::string(*key), false};
  const auto encoded = after_scheme(*authorization, "basic");
  if (!encoded) return std::nullopt;
  const std::string user_and_password = base64_decode(*encoded).value_or("");
  const std::size_t colon = std::min(user_and_password.find(':'), user_and_password.size());
  return Credentials{user_and_password.substr(std::min(colon + 1, user_and_password.size())), true};
}

}  // namespace code_exec::http
