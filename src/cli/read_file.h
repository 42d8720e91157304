// cli/read_file.h - reading a whole file that the command line names, with a bound.
#pragma once

#include <string>

#include "base/result.h"

namespace code_exec::cli {

// "-" is no special name here. Errc::not_found, Errc::unavailable, Errc::too_large; Error::field is the name.
Result<std::string> read_file(const std::string& name, std::size_t bytes_max);
Result<std::string> read_all(int fd, const std::string& name, std::size_t bytes_max);

}  // namespace code_exec::cli
