// base/file_lock.h - a lock on a file of the working directory, held for as long as the descriptor is open:
// flock(2), so the kernel gives it back when its holder dies, however that happens.
#pragma once

#include "base/fd.h"
#include "base/result.h"

namespace code_exec {

// Makes the file if need be. Errc::conflict: another process holds it; detail names it as far as it said so.
Result<Fd> lock_file(const char* name);

}  // namespace code_exec
