// base/random.h - bytes that nobody can guess, from getrandom(2).
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace code_exec {

// Ends the process where there are none: nothing may go on with bytes that are not random.
void fill_random(std::span<std::byte> bytes);
std::string random_bytes(std::size_t count);

}  // namespace code_exec
