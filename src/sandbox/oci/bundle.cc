#include "sandbox/oci/bundle.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/fd.h"
#include "sandbox/carried_programs.h"
#include "sandbox/host/root_file_system.h"
#include "sandbox/host_client.h"
#include "sandbox/oci/container_config.h"
#include "sandbox/oci/container_files.h"

namespace code_exec::sandbox {
namespace {

namespace fs = std::filesystem;

// Bind mounts in the container keep these flags, also where a runtime forgets its own.
constexpr unsigned long quiet = MS_NOSUID | MS_NODEV;
const fs::path cgroup_root = "/sys/fs/cgroup";

Result<void> mount_tmpfs(const fs::path& target, unsigned long flags, const std::string& options) {
  if (mount("tmpfs", target.c_str(), "tmpfs", flags, options.c_str()) == 0) return ok();
  return system_error(Errc::internal, "mount tmpfs", target.string(), errno);
}

Result<void> make_directory(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Error{Errc::internal, "mkdir " + path.string() + ": " + error.message(), {}};
  return ok();
}

Result<void> write_file(const fs::path& path, std::span<const char> content, mode_t mode) {
  const Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file || write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()))
    return system_error(Errc::internal, "write", path.string(), errno);
  return ok();
}

// The runtime finds every hierarchy where the host has it, and in each of them no group but our own and what
// is below it. So one path means the same in all of them, which it need not do outside.
Result<void> show_own_groups(std::span<const HierarchyView> views) {
  std::vector<Fd> groups;
  for (const HierarchyView& view : views) {
    groups.emplace_back(open(view.own_group.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!groups.back()) return system_error(Errc::internal, "open", view.own_group.string(), errno);
  }
  const bool alone = views.size() == 1 && views.front().mount_point == cgroup_root;
  if (!alone)
    if (auto mounted = mount_tmpfs(cgroup_root, quiet | MS_NOEXEC, "mode=0755,size=64k"); !mounted)
      return mounted;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const fs::path target = alone ? cgroup_root : cgroup_root / views[i].mount_point.filename();
    if (auto made = make_directory(target); !made) return made;
    const std::string source = "/proc/self/fd/" + std::to_string(groups[i].get());
    if (mount(source.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) != 0)
      return system_error(Errc::internal, "bind", views[i].own_group.string(), errno);
  }
  return ok();
}

Result<void> add_root(const fs::path& root, std::span<const std::string> mounts) {
  if (auto made = make_directory(root); !made) return made;
  if (auto mounted = mount_root(root, mounts); !mounted) return mounted;
  const std::string init = root.string() + container_init_path;
  if (auto made = make_directory(root.string() + container_control_path); !made) return made;
  return write_file(init, container_program(), 0755);
}

}  // namespace

Result<void> make_bundle(const BundlePlan& plan) {
  if (auto made = make_mounts_private(); !made) return made;
  // A runtime must see its own processes. And only where a procfs is visible in full can a container have
  // one.
  if (mount("proc", "/proc", "proc", quiet | MS_NOEXEC, nullptr) != 0)
    return system_error(Errc::internal, "mount proc", "/proc", errno);
  if (auto shown = show_own_groups(plan.views); !shown) return shown;
  if (auto mounted = mount_tmpfs("/run", quiet, "mode=0755,size=16m"); !mounted) return mounted;
  for (const char* path : {bundle_path, control_path, state_path, "/run/work"})
    if (auto made = make_directory(path); !made) return made;
  const fs::path bundle = bundle_path;
  if (auto added = add_root(bundle / container_root_name, plan.mounts); !added) return added;
  return write_file(bundle / "config.json", container_config(plan.cgroups_path, plan.program_owner), 0644);
}

Result<void> add_run(const WorkArea& area, std::uint64_t control_bytes) {
  if (int error = make_work_area("/run/work", area))
    return system_error(Errc::internal, "mount", "work area", error);
  const std::string owner = std::to_string(cage_root_uid);
  return mount_tmpfs(
      control_path, quiet | MS_NOEXEC,
      "mode=0700,nr_inodes=16,size=" + std::to_string(control_bytes) + ",uid=" + owner + ",gid=" + owner);
}

}  // namespace code_exec::sandbox
