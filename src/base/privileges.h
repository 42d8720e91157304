// base/privileges.h - giving up root.
#pragma once

#include <filesystem>

#include <sys/types.h>

#include "base/result.h"

namespace code_exec {

// Makes `directory` (creating it), enters it, and - when running as root - gives it with what is in it to
// `uid` and becomes that user for good. From here on files in the directory are named relative to the working
// directory, because its path may lead through directories that only root may enter. Call it while the
// process has one thread. Errc::unavailable: it cannot be made or entered, or is neither empty nor a data
// directory.
Result<void> enter_data_directory(const std::filesystem::path& directory, uid_t uid);

// No new privileges and, when running as root, `uid` without groups and capabilities. The signal at the
// parent's death (PR_SET_PDEATHSIG) stays set. For a process that keeps no files.
Result<void> give_up_root(uid_t uid);

}  // namespace code_exec
