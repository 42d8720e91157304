// base/privileges.h - giving up root.
#pragma once

#include <filesystem>

#include <sys/types.h>

#include "base/result.h"

namespace code_exec {

// Makes `directory` (creating it), enters it, and - when running as root - gives it and what is in it to
// `uid` and becomes that user for good: no groups, no capabilities, no new privileges. From here on files in
// the directory are named relative to the working directory, because its path may lead through directories
// that only root may enter. Call it while the process has one thread.
Result<void> enter_data_directory(const std::filesystem::path& directory, uid_t uid);

// The second half alone, for a process that keeps no files. Nothing when not running as root.
Result<void> give_up_root(uid_t uid);

}  // namespace code_exec
