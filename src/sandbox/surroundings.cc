#include "sandbox/surroundings.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sandbox/host/cgroup_files.h"
#include "sandbox/host_client.h"

namespace code_exec::sandbox {
namespace {

namespace fs = std::filesystem;

bool in_container() {
  std::error_code error;
  return fs::exists("/.dockerenv", error) || fs::exists("/run/.containerenv", error) ||
         std::getenv("KUBERNETES_SERVICE_HOST") || std::getenv("container");
}

// "" where the kernel has no such file.
std::string first_line(const char* file) {
  std::string line;
  std::ifstream stream(file);
  std::getline(stream, line);
  return line;
}

// The value of "Name:\tvalue" in /proc/self/status; see proc_pid_status(5).
std::string status_field(std::string_view name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name) && line.substr(name.size()).starts_with(":\t"))
      return line.substr(name.size() + 2);
  return {};
}

// user_namespaces(7): lines of "first inside, first outside, count".
bool ids_mapped(const char* map) {
  std::ifstream file(map);
  const std::uint64_t first = service_uid;
  const std::uint64_t last = slot_uid_first + slots_max - 1;
  for (std::uint64_t inside = 0, outside = 0, count = 0; file >> inside >> outside >> count;)
    if (inside <= first && last < inside + count) return true;
  return false;
}

// "docker-default (enforce)"; "unconfined" where AppArmor is on and leaves us alone.
std::string confining_profile() {
  const std::string profile = first_line("/proc/self/attr/apparmor/current");
  const bool enforced = profile.ends_with(" (enforce)");
  return enforced ? profile.substr(0, profile.rfind(' ')) : std::string();
}

std::vector<std::string> mount_points_below(const std::string& directory) {
  std::vector<std::string> found;
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string mount_point;
    for (int i = 0; i < 5; ++i) fields >> mount_point;
    if (mount_point.starts_with(directory + "/")) found.push_back(mount_point);
  }
  return found;
}

bool has_swap() {
  std::ifstream file("/proc/swaps");
  std::string line;
  return std::getline(file, line) && std::getline(file, line);
}

// Where our groups would be made, and in which version.
void look_at_cgroups(Surroundings& seen) {
  fs::path group;
  const char* swap_limit = nullptr;
  for (const Hierarchy& hierarchy : find_hierarchies_v1()) {
    if (std::find(hierarchy.controllers.begin(), hierarchy.controllers.end(), "memory") ==
        hierarchy.controllers.end())
      continue;
    seen.cgroups = Surroundings::Cgroups::v1;
    group = hierarchy.own_group;
    swap_limit = "memory.memsw.limit_in_bytes";
  }
  auto v2 = find_hierarchy_v2();
  if (v2 && seen.cgroups == Surroundings::Cgroups::absent) {
    seen.cgroups = Surroundings::Cgroups::v2;
    group = v2->own_group;
    swap_limit = "memory.swap.current";
  }
  if (group.empty()) return;
  struct statvfs file_system {};
  seen.cgroups_read_only = statvfs(group.c_str(), &file_system) == 0 && (file_system.f_flag & ST_RDONLY) != 0;
  seen.cgroups_writable = access(group.c_str(), W_OK) == 0;
  // The root group of v2 has no such file whatever the kernel counts.
  std::error_code error;
  const bool tells = fs::exists(group / "memory.current", error) || seen.cgroups == Surroundings::Cgroups::v1;
  seen.swap_unbounded = tells && has_swap() && !fs::exists(group / swap_limit, error);
}

}  // namespace

Surroundings look_around() {
  Surroundings seen;
  seen.container = in_container();
  seen.root = geteuid() == 0;
  seen.capabilities = std::strtoull(status_field("CapEff").c_str(), nullptr, 16);
  seen.ids_mapped = ids_mapped("/proc/self/uid_map") && ids_mapped("/proc/self/gid_map");
  seen.seccomp_filter = status_field("Seccomp") == "2";
  seen.apparmor_profile = confining_profile();
  seen.user_namespaces_forbidden = first_line("/proc/sys/kernel/unprivileged_userns_clone") == "0";
  seen.user_namespaces_restricted =
      first_line("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1";
  seen.user_namespaces_none = first_line("/proc/sys/user/max_user_namespaces") == "0";
  seen.hidden_in_proc = mount_points_below("/proc");
  look_at_cgroups(seen);
  return seen;
}

}  // namespace code_exec::sandbox
