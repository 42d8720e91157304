// sandbox/host/root_file_system.h - the read-only root that every slot starts from: binds of the few
// directories programs need, a small /etc and /dev of our own, and the empty places that a slot mounts over.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "base/result.h"

namespace code_exec::sandbox {

// First of all, in a mount namespace of one's own: nothing that happens in it reaches the host's mounts, nor
// the other way round.
Result<void> make_mounts_private();

// Mounts it at `root`, a directory, without devices and /proc: what a container's runtime starts from too.
Result<void> mount_root(const std::filesystem::path& root, std::span<const std::string> mounts);

// Builds it in the calling process's own mount namespace and makes it the root; the old root is gone from the
// namespace then. The caller is root of the cage's user namespace. `mounts` are absolute directories.
// A procfs of the host stays at /proc for slots to mount their own over; no program ever runs in this
// namespace.
Result<void> build_root_file_system(std::span<const std::string> mounts);

}  // namespace code_exec::sandbox
