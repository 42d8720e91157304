#include "sandbox/slot/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>

#include "base/fd.h"

namespace code_exec::sandbox {
namespace {

constexpr unsigned long quiet = MS_NOSUID | MS_NODEV;
// The tmpfs's own root and the three directories in it count as inodes too.
constexpr std::uint32_t own_inodes = 4;

std::array<char, 96> tmpfs_options(const WorkArea& area) {
  std::array<char, 96> options{};
  std::snprintf(options.data(), options.size(), "mode=0755,size=%" PRIu64 ",nr_inodes=%u", area.bytes,
                area.files + own_inodes);
  return options;
}

int bind(const char* from, const char* to) {
  if (mount(from, to, nullptr, MS_BIND, nullptr) != 0) return errno;
  return 0;
}

int make_directory(int parent, const char* name, mode_t mode, unsigned owner) {
  if (mkdirat(parent, name, 0700) != 0) return errno;
  if (fchownat(parent, name, owner, owner, 0) != 0) return errno;
  return fchmodat(parent, name, mode, 0) == 0 ? 0 : errno;
}

}  // namespace

int mount_proc() {
  // A procfs may be mounted in a user namespace only while one is visible in full (proc(5) is silent; see
  // mount_too_revealing in fs/namespace.c). So the new one is mounted elsewhere first, then the host's goes.
  // hidepid=invisible hides init; subset=pid leaves out everything that is not a process.
  if (mount("proc", "/box", "proc", quiet | MS_NOEXEC, "hidepid=invisible,subset=pid") != 0) return errno;
  if (umount2("/proc", MNT_DETACH) != 0) return errno;
  return mount("/box", "/proc", nullptr, MS_MOVE, nullptr) == 0 ? 0 : errno;
}

int make_work_area(const char* path, const WorkArea& area) {
  if (mount("tmpfs", path, "tmpfs", quiet, tmpfs_options(area).data()) != 0) return errno;
  const Fd root(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return errno;
  if (int error = make_directory(root.get(), "box", 0755, area.owner)) return error;
  if (int error = make_directory(root.get(), "shm", 01777, 0)) return error;
  return make_directory(root.get(), "tmp", 01777, 0);
}

int mount_work_area(const WorkArea& area) {
  if (int error = make_work_area("/tmp", area)) return error;
  if (int error = bind("/tmp/box", "/box")) return error;
  if (int error = bind("/tmp/shm", "/dev/shm")) return error;
  return bind("/tmp/tmp", "/tmp");  // over the tmpfs's root, which is then out of reach
}

int replace_work_area(const WorkArea& area) {
  if (chdir("/") != 0) return errno;
  for (const char* path : {"/tmp", "/tmp", "/dev/shm", "/box"})
    if (umount2(path, MNT_DETACH) != 0) return errno;
  return mount_work_area(area);
}

int resize_work_area(const WorkArea& area) {
  return mount("tmpfs", "/tmp", nullptr, MS_REMOUNT | quiet, tmpfs_options(area).data()) == 0 ? 0 : errno;
}

}  // namespace code_exec::sandbox
