#include "base/random.h"

#include <sys/random.h>

#include <cstdlib>

namespace code_exec {

// Up to 256 bytes come whole (getrandom(2)); nobody asks for more.
void fill_random(std::span<std::byte> bytes) {
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  fill_random(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

}  // namespace code_exec
