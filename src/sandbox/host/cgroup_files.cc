#include "sandbox/host/cgroup_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fstream>

namespace code_exec::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view group_prefix = "code-exec.";

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

struct MountLine {
  std::uint64_t id;
  std::string root;
  std::string mount_point;
  std::string type;
  std::string super_options;
};

std::vector<MountLine> read_mounts() {
  std::vector<MountLine> mounts;
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> fields = split(line, ' ');
    // proc_pid_mountinfo(5): optional fields end at "-", then type, source, super options.
    std::size_t dash = 6;
    while (dash < fields.size() && fields[dash] != "-") ++dash;
    if (dash + 3 >= fields.size()) continue;
    mounts.push_back({std::strtoull(fields[0].c_str(), nullptr, 10), fields[3], fields[4], fields[dash + 1],
                      fields[dash + 3]});
  }
  return mounts;
}

// False for a mount that a later one covers, as in a container that was given a hierarchy of its own: the
// path leads to the other one.
bool is_in_sight(const MountLine& mount) {
  struct statx status {};
  return statx(AT_FDCWD, mount.mount_point.c_str(), 0, STATX_MNT_ID, &status) == 0 &&
         status.stx_mnt_id == mount.id;
}

// "memory:/some/group" of /proc/self/cgroup; the v2 line has no controllers.
std::string own_path(std::string_view controller) {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    for (const std::string& name : split(line.substr(first + 1, second - first - 1), ','))
      if (name == controller) return line.substr(second + 1);
  }
  return {};
}

// The group's directory as this mount shows it: a mount may show only a part of the hierarchy, as in
// containers.
fs::path directory_of(const MountLine& mount, const std::string& group) {
  if (mount.root == "/") return fs::path(mount.mount_point) / fs::path(group).relative_path();
  if (group == mount.root || group.starts_with(mount.root + "/"))
    return fs::path(mount.mount_point) / fs::path(group.substr(mount.root.size())).relative_path();
  return mount.mount_point;
}

// A host whose parent was killed with it is a zombie until whoever inherited it reaps it, which can be late.
bool is_dead(const std::string& process) {
  if (!fs::exists("/proc/" + process)) return true;
  const std::string stat = read_control(fs::path("/proc/" + process + "/stat"));
  // proc_pid_stat(5): "pid (name) state"; the name can hold anything.
  const std::size_t name_end = stat.rfind(") ");
  return name_end != std::string::npos && stat.compare(name_end + 2, 1, "Z") == 0;
}

}  // namespace

Result<Fd> open_control(const fs::path& file, int flags) {
  Fd fd(open(file.c_str(), flags | O_CLOEXEC));
  if (!fd) return system_error(Errc::unavailable, "open", file.string(), errno);
  return fd;
}

Result<void> write_control(int file, std::string_view text, std::string_view name) {
  if (pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size())) return ok();
  const Errc code = errno == EBUSY ? Errc::conflict : errno == ESRCH ? Errc::not_found : Errc::unavailable;
  return system_error(code, "write", name, errno);
}

Result<void> write_control(const fs::path& file, std::string_view text) {
  auto opened = open_control(file, O_WRONLY);
  if (!opened) return opened.error();
  return write_control(opened->get(), text, file.string());
}

std::string read_control(int file) {
  std::array<char, 4096> buffer{};
  const ssize_t size = pread(file, buffer.data(), buffer.size(), 0);
  return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

std::string read_control(const fs::path& file) {
  auto opened = open_control(file, O_RDONLY);
  return opened ? read_control(opened->get()) : std::string();
}

std::uint64_t number_in(std::string_view text, std::string_view key) {
  if (!key.empty()) {
    std::size_t at = 0;
    while (!text.substr(at).starts_with(key) || at + key.size() >= text.size() ||
           text[at + key.size()] != ' ') {
      at = text.find('\n', at);
      if (at == std::string_view::npos) return 0;
      ++at;
    }
    text.remove_prefix(at + key.size() + 1);
  }
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<Hierarchy> find_hierarchies_v1() {
  std::vector<Hierarchy> found;
  for (const MountLine& mount : read_mounts()) {
    if (mount.type != "cgroup" || !is_in_sight(mount)) continue;
    Hierarchy hierarchy;
    hierarchy.mount_point = mount.mount_point;
    for (const std::string& option : split(mount.super_options, ',')) {
      const std::string group = own_path(option);
      if (group.empty()) continue;  // "rw" and other options that are no controllers
      hierarchy.controllers.push_back(option);
      hierarchy.own_group = directory_of(mount, group);
    }
    if (!hierarchy.controllers.empty()) found.push_back(std::move(hierarchy));
  }
  return found;
}

Result<Hierarchy> find_hierarchy_v2() {
  for (const MountLine& mount : read_mounts()) {
    if (mount.type != "cgroup2" || !is_in_sight(mount)) continue;
    return Hierarchy{mount.mount_point, directory_of(mount, own_path("")), {}};
  }
  return Error{Errc::not_found, "no cgroup v2 hierarchy is mounted", {}};
}

void remove_leftovers(const fs::path& own_group) {
  std::error_code error;
  std::vector<fs::path> dead;
  for (const auto& entry : fs::directory_iterator(own_group, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(group_prefix)) continue;
    if (is_dead(name.substr(group_prefix.size()))) dead.push_back(entry.path());
  }
  for (const fs::path& group : dead) remove_group(group);
}

std::string host_group_name() {
  return std::string(group_prefix) + std::to_string(getpid());
}

Result<fs::path> make_host_group(const fs::path& own_group) {
  remove_leftovers(own_group);
  fs::path group = own_group / host_group_name();
  if (mkdir(group.c_str(), 0755) != 0 && errno != EEXIST)
    return system_error(Errc::unavailable, "mkdir", group.string(), errno);
  return group;
}

void remove_group(const fs::path& group) {
  std::error_code error;
  std::vector<fs::path> children;
  for (const auto& entry : fs::directory_iterator(group, error))
    if (entry.is_directory(error)) children.push_back(entry.path());
  for (const fs::path& child : children) remove_group(child);
  rmdir(group.c_str());
}

}  // namespace code_exec::sandbox
