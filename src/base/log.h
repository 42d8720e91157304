// base/log.h - one event a line on standard error: a constant message, then key=value with the ids.
// User code, input and tokens are never logged; text that a client chose goes through log::quoted.
#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace code_exec::log {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

// `level`: error, warn, info or debug. Errc::invalid for anything else.
Result<void> start(std::string_view level);

// Control characters, quotes and non-ASCII bytes escaped, cut at 200 bytes: safe in a log line.
std::string quoted(std::string_view text);

}  // namespace code_exec::log
