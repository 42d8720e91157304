// sandbox/slot/mounts.h - what a slot mounts over its copy of the cage's read-only root: a /proc of its own
// pid namespace, and one tmpfs that is /box, /tmp and /dev/shm, so that they share one budget. Called by the
// slot's init, which is root of the cage. Each returns 0 or the errno.
#pragma once

#include <cstdint>

namespace code_exec::sandbox {

struct WorkArea {
  std::uint64_t bytes;
  std::uint32_t files;
  unsigned owner;  // the slot's program, as an id of the cage's user namespace
};

// A tmpfs at `path` with the directories box, shm and tmp.
int make_work_area(const char* path, const WorkArea& area);

int mount_proc();
int mount_work_area(const WorkArea& area);
// A fresh one in the place of the old: whatever is in it is gone, however deep or odd its names.
int replace_work_area(const WorkArea& area);
// Changes the bounds of a work area that holds nothing yet.
int resize_work_area(const WorkArea& area);

}  // namespace code_exec::sandbox
