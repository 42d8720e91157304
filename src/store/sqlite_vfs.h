// store/sqlite_vfs.h - SQLite's view of the file system, for a process that may no longer walk to its own
// working directory from the root.
#pragma once

#include "base/result.h"

namespace code_exec::store {

// The name to open connections with. It is the default VFS except that names are taken as they are given:
// the default one makes them absolute with getcwd() and lstat() of every parent, which fails for a process
// that was put into its directory and then gave up the right to reach it.
// Links are not resolved; SQLite opens with O_NOFOLLOW, so a file that is a link is refused.
Result<const char*> sqlite_vfs_name();

}  // namespace code_exec::store
