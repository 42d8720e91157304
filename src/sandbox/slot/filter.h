// sandbox/slot/filter.h - taking a system call filter on.
#pragma once

#include <linux/filter.h>

#include <span>

namespace code_exec::sandbox {

// For the caller, which has one thread, and everything it starts from then on. 0, or the errno.
int load_filter(std::span<const sock_filter> filter);

}  // namespace code_exec::sandbox
