// base/files.h - what read(2) and write(2) leave to their callers.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace code_exec {

// All of `bytes`, whatever one call takes. Errc::unavailable, with `name` as what was written to.
Result<void> write_all(int fd, std::string_view bytes, const std::string& name);

}  // namespace code_exec
