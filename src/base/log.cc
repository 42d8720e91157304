#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>

#include "base/text.h"

namespace code_exec::log {

Result<void> start(std::string_view level) {
  auto wanted = spdlog::level::from_str(std::string(level));
  // from_str answers `off` for a name it does not know.
  if (wanted == spdlog::level::off)
    return Error{Errc::invalid, "must be error, warn, info or debug", "log-level"};
  auto logger = spdlog::stderr_logger_mt("code-exec");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  logger->set_level(wanted);
  spdlog::set_default_logger(std::move(logger));
  return ok();
}

std::string quoted(std::string_view text) {
  constexpr std::size_t length_max = 200;
  std::string out = "\"";
  for (unsigned char c : text.substr(0, length_max)) {
    if (c == '"' || c == '\\') {
      out += {'\\', static_cast<char>(c)};
    } else if (c >= 0x20 && c < 0x7f) {
      out += static_cast<char>(c);
    } else {
      out += "\\x" + hex(std::string_view(reinterpret_cast<const char*>(&c), 1));
    }
  }
  return out += text.size() > length_max ? "...\"" : "\"";
}

}  // namespace code_exec::log
