// base/text.h - encodings of bytes as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace code_exec {

std::string hex(std::string_view bytes);  // lower case
std::string sha256_hex(std::string_view bytes);
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);  // RFC 4648 section 4, padding required

bool is_utf8(std::string_view bytes);
// Each maximal invalid part becomes one U+FFFD, as the WHATWG decoder does.
std::string to_utf8(std::string_view bytes);
// Without the beginning of a character at the end, which is what a cut at a number of bytes leaves.
std::string_view without_cut_character(std::string_view bytes);

}  // namespace code_exec
