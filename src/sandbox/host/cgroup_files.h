// sandbox/host/cgroup_files.h - what both versions of cgroups need: reading and writing small files, finding
// the hierarchies, and the names of our groups.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace code_exec::sandbox {

// A file kept open: written and read at offset 0 as often as needed.
Result<Fd> open_control(const std::filesystem::path& file, int flags);
// Errc::conflict: EBUSY. Errc::not_found: ESRCH, the process that the text names is no more.
Result<void> write_control(int file, std::string_view text, std::string_view name);
Result<void> write_control(const std::filesystem::path& file, std::string_view text);
// Empty when it cannot be read.
std::string read_control(int file);
std::string read_control(const std::filesystem::path& file);
// The number in the text, or after `key` and a space at the start of a line ("oom_kill 3"); 0 if absent.
std::uint64_t number_in(std::string_view text, std::string_view key = {});

// Where a hierarchy is mounted and which group of it we are in: cgroups(7), /proc/PID/mountinfo and
// /proc/PID/cgroup.
struct Hierarchy {
  std::filesystem::path mount_point;
  std::filesystem::path own_group;       // absolute, of the calling process
  std::vector<std::string> controllers;  // v1 only; empty for v2
};
std::vector<Hierarchy> find_hierarchies_v1();
Result<Hierarchy> find_hierarchy_v2();

// "code-exec.<pid of this host>"
std::string host_group_name();
// Makes it below own_group. Groups of hosts that are dead are removed first.
Result<std::filesystem::path> make_host_group(const std::filesystem::path& own_group);
void remove_leftovers(const std::filesystem::path& own_group);
// Removes a group with all that is below it, as far as nobody is in it; what is not empty stays.
void remove_group(const std::filesystem::path& group);

}  // namespace code_exec::sandbox
