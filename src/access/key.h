// access/key.h - API keys. A key is a long random text that a client shows; what is kept of it is its hash,
// so nobody who reads the file of keys, or a backup of it, can use one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace code_exec::access {

// SHA-256, without salt or stretching: those are for passwords, which can be guessed. A key of ours has 256
// random bits, and the hash is made for every request.
using Digest = std::array<unsigned char, 32>;

struct Key {
  std::string name;  // who has it; unlike every other name
  std::string id;    // "k-5f0c33a1"; does not tell anything of the key
  Digest digest{};
  bool admin = false;
  std::string created;  // "2025-01-31T12:00:00Z"
  // Instead of what holds for all; 0: no limit.
  std::optional<double> rate;  // submissions a second
  std::optional<double> burst;
  std::optional<std::uint32_t> concurrency;  // requests at a time
};

Digest digest_of(std::string_view key);
// "ce_" and 43 characters of base64url: 256 bits of the kernel's randomness. The prefix lets scanners of
// published code recognise a key.
std::string make_key();
std::string make_key_id();
// 1 to 64 of letters, digits and "._@-": it stands in logs and on command lines.
bool is_key_name(std::string_view name);

}  // namespace code_exec::access
