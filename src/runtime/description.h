// runtime/description.h - what one TOML file says about a runtime, checked, but without a look at this host.
// runtimes/python.toml explains the format.
#pragma once

#include <boost/regex.hpp>  // not <regex>: GCC 12 warns inside it under UBSan, and it may overflow the stack

#include "runtime/runtime.h"

namespace code_exec::runtime {

struct Description {
  std::filesystem::path file;
  Runtime runtime;  // all but its version
  std::vector<std::string> version_argv;
  boost::regex version_pattern = boost::regex();  // its first group is the version
};

// Errc::invalid: the file is wrong; Errc::unavailable: it cannot be read.
Result<Description> read_description(const std::filesystem::path& file);

}  // namespace code_exec::runtime
