#include "access/key.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/random.h"
#include "base/text.h"

namespace code_exec::access {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t id_bytes = 4;
constexpr std::size_t name_bytes_max = 64;

}  // namespace

Digest digest_of(std::string_view key) {
  Digest digest;
  EVP_Digest(key.data(), key.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

std::string make_key() {
  std::string text = base64_encode(random_bytes(key_bytes));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.resize(text.find('='));
  return "ce_" + text;
}

std::string make_key_id() {
  return "k-" + hex(random_bytes(id_bytes));
}

bool is_key_name(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '@' || c == '-';
  });
}

}  // namespace code_exec::access
