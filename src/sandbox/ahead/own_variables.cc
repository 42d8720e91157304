#include "sandbox/ahead/own_variables.h"

#include <array>
#include <cstdlib>
#include <cstring>

namespace code_exec::sandbox {

bool take_own_variables() {
  constexpr std::array<const char*, 2> own{"LD_PRELOAD", "LD_BIND_NOW"};
  if (!getenv(own.front())) return false;
  for (const char* name : own) {
    char* value = getenv(name);
    if (!value) continue;
    char* begin = value - std::strlen(name) - 1;
    unsetenv(name);
    std::memset(begin, 0, std::strlen(begin));
  }
  return true;
}

}  // namespace code_exec::sandbox
