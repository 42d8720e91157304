// callback/signature.h - how a receiver knows that a callback is ours and fresh, and the secret that both
// share.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace code_exec::callback {

inline constexpr std::size_t secret_bytes_min = 16;

// "sha256=" and the hexadecimal HMAC-SHA256 of "<timestamp>.<body>".
std::string signature(std::string_view secret, std::string_view timestamp, std::string_view body);

// The secret in `file`, without the line feed at its end. Where there is none yet it is made, for its owner
// alone to read, and told in the log. Blocks. Errc::unavailable; Errc::invalid: too short to be one, or no
// file.
Result<std::string> load_or_make_secret(const std::filesystem::path& file);

}  // namespace code_exec::callback
