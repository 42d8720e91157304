// cgroup v2: one hierarchy. Facts: Documentation/admin-guide/cgroup-v2.rst.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>

#include "sandbox/host/cgroup.h"
#include "sandbox/host/cgroup_files.h"

namespace code_exec::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 3> controllers{"memory", "pids", "cpu"};
constexpr std::string_view cpu_weight = "50";  // half of the default: answers do not wait for programs

// Peaks and event counts of v2 cannot be set back on most kernels, so the directory itself is made anew for
// each run; the old one was left empty by the run before.
class V2Group final : public Cgroup {
 public:
  explicit V2Group(fs::path directory) : directory_(std::move(directory)) {}
  ~V2Group() override { rmdir(directory_.c_str()); }

  Result<void> prepare(const WireLimits& limits) override {
    if (rmdir(directory_.c_str()) != 0 && errno != ENOENT)
      return system_error(Errc::unavailable, "rmdir", directory_.string(), errno);
    if (mkdir(directory_.c_str(), 0755) != 0)
      return system_error(Errc::unavailable, "mkdir", directory_.string(), errno);
    const std::array<std::pair<const char*, std::string>, 4> settings{{
        {"memory.max", std::to_string(limits.memory_bytes)},
        {"memory.oom.group", "1"},
        {"pids.max", std::to_string(limits.processes)},
        {"cpu.weight", std::string(cpu_weight)},
    }};
    for (const auto& [file, text] : settings)
      if (auto set = write_control(directory_ / file, text); !set) return set;
    // Absent where the kernel has no swap accounting; then there is nothing to bound.
    if (access((directory_ / "memory.swap.max").c_str(), F_OK) == 0)
      if (auto set = write_control(directory_ / "memory.swap.max", "0"); !set) return set;
    auto procs = open_control(directory_ / "cgroup.procs", O_WRONLY);
    if (!procs) return procs.error();
    procs_ = std::move(*procs);
    auto cpu = open_control(directory_ / "cpu.stat", O_RDONLY);
    if (!cpu) return cpu.error();
    cpu_stat_ = std::move(*cpu);
    auto peak = open_peak();
    if (!peak) return peak.error();
    memory_peak_ = std::move(*peak);
    cpu_at_start_ = {};
    memory_at_start_ = 0;
    return ok();
  }

  Result<void> count_from_now(const WireLimits& limits) override {
    const std::uint64_t tasks = number_in(read_control(directory_ / "pids.current"));
    if (tasks == 0) return Error{Errc::unavailable, "the container is not in its group", {}};
    const std::uint64_t memory = number_in(read_control(directory_ / "memory.current"));
    const std::array<std::pair<const char*, std::uint64_t>, 2> settings{
        {{"memory.max", memory + limits.memory_bytes}, {"pids.max", tasks + limits.processes}}};
    for (const auto& [file, number] : settings)
      if (auto set = write_control(directory_ / file, std::to_string(number)); !set) return set;
    cpu_at_start_ += cpu_used();
    // Linux 6.12; before it the peak is that of the container's start if the program stays below.
    if (write_control(memory_peak_.get(), "0", "memory.peak")) memory_at_start_ = memory;
    return ok();
  }

  std::vector<int> join_files() const override { return {procs_.get()}; }

  CgroupUsage usage() override {
    CgroupUsage usage;
    usage.cpu = cpu_used();
    const std::uint64_t peak = number_in(read_control(memory_peak_.get()));
    usage.memory_peak_bytes = peak > memory_at_start_ ? peak - memory_at_start_ : 0;
    usage.out_of_memory = number_in(read_control(directory_ / "memory.events"), "oom_kill") > 0;
    return usage;
  }

  std::chrono::microseconds cpu_used() override {
    return std::chrono::microseconds(number_in(read_control(cpu_stat_.get()), "usage_usec")) - cpu_at_start_;
  }

 private:
  // Linux 5.19, and Linux 6.12 to write to it; without it the peak is not known.
  Result<Fd> open_peak() const {
    const fs::path file = directory_ / "memory.peak";
    if (access(file.c_str(), F_OK) != 0) return Fd();
    auto writable = open_control(file, O_RDWR);
    return writable ? std::move(writable) : open_control(file, O_RDONLY);
  }

  fs::path directory_;
  Fd procs_;
  Fd cpu_stat_;
  Fd memory_peak_;
  std::chrono::microseconds cpu_at_start_{};
  std::uint64_t memory_at_start_ = 0;
};

class V2Tree final : public CgroupTree {
 public:
  V2Tree(fs::path host_group, HierarchyView view)
      : host_group_(std::move(host_group)), view_(std::move(view)) {}
  ~V2Tree() override { remove_group(host_group_); }

  Result<std::unique_ptr<Cgroup>> make_group(std::size_t slot) override {
    return std::unique_ptr<Cgroup>(std::make_unique<V2Group>(host_group_ / ("slot-" + std::to_string(slot))));
  }

  void remove_leftovers() override { code_exec::sandbox::remove_leftovers(host_group_.parent_path()); }

  std::vector<HierarchyView> views() const override { return {view_}; }

  void remove_container_groups(std::size_t slot) override {
    remove_group(host_group_ / ("slot-" + std::to_string(slot)) / container_group);
  }

 private:
  fs::path host_group_;
  HierarchyView view_;
};

Result<void> enable_controllers(const fs::path& group) {
  for (const char* controller : controllers) {
    auto enabled = write_control(group / "cgroup.subtree_control", std::string("+") + controller);
    if (!enabled) return enabled;
  }
  return ok();
}

// A group that has processes cannot give controllers to its children ("no internal processes"), except the
// root. So everyone in our own group moves to a leaf beside the host's group.
Result<void> move_processes_to_leaf(const fs::path& own_group) {
  const fs::path leaf = own_group / "code-exec-service";
  if (mkdir(leaf.c_str(), 0755) != 0 && errno != EEXIST)
    return system_error(Errc::unavailable, "mkdir", leaf.string(), errno);
  std::istringstream processes(read_control(own_group / "cgroup.procs"));
  for (std::string process; std::getline(processes, process);)
    if (auto moved = write_control(leaf / "cgroup.procs", process); !moved) return moved;
  return ok();
}

bool is_leaf_of_ours(const fs::path& group) {
  return group.filename() == "code-exec-service";
}

}  // namespace

Result<std::unique_ptr<CgroupTree>> open_cgroup_tree_v2() {
  auto hierarchy = find_hierarchy_v2();
  if (!hierarchy) return hierarchy.error();
  // A host that was started again is already in the leaf that the one before it made.
  const fs::path own_group =
      is_leaf_of_ours(hierarchy->own_group) ? hierarchy->own_group.parent_path() : hierarchy->own_group;
  std::string available = " " + read_control(own_group / "cgroup.controllers");
  if (available.ends_with('\n')) available.back() = ' ';
  for (const char* controller : controllers) {
    if (available.find(" " + std::string(controller) + " ") == std::string::npos)
      return Error{
          Errc::not_found,
          std::string("cgroup v2 controller ") + controller + " is not delegated to " + own_group.string(),
          {}};
  }
  auto enabled = enable_controllers(own_group);
  if (!enabled) {
    if (auto moved = move_processes_to_leaf(own_group); !moved) return moved.error();
    if (enabled = enable_controllers(own_group); !enabled) return enabled.error();
  }
  auto group = make_host_group(own_group);
  if (!group) return group.error();
  if (auto below = enable_controllers(*group); !below) return below.error();
  return std::unique_ptr<CgroupTree>(
      std::make_unique<V2Tree>(std::move(*group), HierarchyView{hierarchy->mount_point, own_group}));
}

}  // namespace code_exec::sandbox
