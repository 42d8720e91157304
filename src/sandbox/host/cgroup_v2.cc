// cgroup v2: one hierarchy. Facts: Documentation/admin-guide/cgroup-v2.rst.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string_view>

#include "sandbox/host/cgroup.h"
#include "sandbox/host/cgroup_files.h"
#include "sandbox/host_client.h"

namespace code_exec::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 3> controllers{"memory", "pids", "cpu"};
constexpr const char* leaf_name = "code-exec-service";
// Passes over the processes of our own group, which may fork while they are moved.
constexpr int moves_max = 10;

// Lets the cage's root start processes in the group: clone3(2) with CLONE_INTO_CGROUP asks for the right to
// write there, and in the group that this one and the caller's have in common.
Result<void> open_to_cage(const fs::path& group) {
  const fs::path processes = group / "cgroup.procs";
  if (geteuid() != 0 || chown(processes.c_str(), cage_root_uid, static_cast<gid_t>(-1)) == 0) return ok();
  return system_error(Errc::unavailable, "chown", processes.string(), errno);
}

// Peaks and event counts of v2 cannot be set back on most kernels, so each run has a directory made anew; the
// old one was left empty by the run before.
class V2Group final : public Cgroup {
 public:
  explicit V2Group(fs::path directory) : directory_(std::move(directory)) {}
  ~V2Group() override { rmdir(directory_.c_str()); }

  // The group, with what is the same for every run.
  Result<void> make() {
    if (rmdir(directory_.c_str()) != 0 && errno != ENOENT)
      return system_error(Errc::unavailable, "rmdir", directory_.string(), errno);
    if (mkdir(directory_.c_str(), 0755) != 0)
      return system_error(Errc::unavailable, "mkdir", directory_.string(), errno);
    for (const auto& [file, text] : settings)
      if (auto set = write_control(directory_ / file, text); !set) return set;
    // Absent where the kernel has no swap accounting; then there is nothing to bound.
    if (access((directory_ / "memory.swap.max").c_str(), F_OK) == 0)
      if (auto set = write_control(directory_ / "memory.swap.max", "0"); !set) return set;
    if (auto open = open_to_cage(directory_); !open) return open;
    auto group = open_control(directory_, O_PATH | O_DIRECTORY);
    if (!group) return group.error();
    group_ = std::move(*group);
    auto cpu = open_control(directory_ / "cpu.stat", O_RDONLY);
    if (!cpu) return cpu.error();
    cpu_stat_ = std::move(*cpu);
    auto peak = open_peak();
    if (!peak) return peak.error();
    memory_peak_ = std::move(*peak);
    cpu_at_start_ = {};
    memory_at_start_ = 0;
    used_ = false;
    return ok();
  }

  void renew() override {
    if (used_) (void)make();  // if that fails, prepare() tries again and tells
  }

  Result<void> prepare(const WireLimits& limits) override {
    if (used_)
      if (auto made = make(); !made) return made;
    used_ = true;
    return set_limits(limits);
  }

  Result<void> begin(const WireLimits& limits) override {
    const bool same = limits.memory_bytes == limited_.memory_bytes && limits.processes == limited_.processes;
    if (!same)
      if (auto set = set_limits(limits); !set) return set;
    cpu_at_start_ += cpu_used();
    return ok();
  }

  Result<void> count_from_now(const WireLimits& limits) override {
    const std::uint64_t tasks = number_in(read_control(directory_ / "pids.current"));
    if (tasks == 0) return Error{Errc::unavailable, "the container is not in its group", {}};
    const std::uint64_t memory = number_in(read_control(directory_ / "memory.current"));
    const std::array<std::pair<const char*, std::uint64_t>, 2> numbers{
        {{"memory.max", memory + limits.memory_bytes}, {"pids.max", tasks + limits.processes}}};
    for (const auto& [file, number] : numbers)
      if (auto set = write_control(directory_ / file, std::to_string(number)); !set) return set;
    cpu_at_start_ += cpu_used();
    // Linux 6.12; before it the peak is that of the container's start if the program stays below.
    if (write_control(memory_peak_.get(), "0", "memory.peak")) memory_at_start_ = memory;
    return ok();
  }

  std::vector<int> join_files() const override { return {group_.get()}; }
  bool is_born_into() const override { return true; }

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
  static constexpr std::array<std::pair<const char*, std::string_view>, 2> settings{{
      {"memory.oom.group", "1"},  // all of the run at once: its end is then told like any other
      {"cpu.weight", "50"},       // half of the host beside it
  }};
  Result<void> set_limits(const WireLimits& limits) {
    limited_ = limits;
    if (auto set = write_control(directory_ / "memory.max", std::to_string(limits.memory_bytes)); !set)
      return set;
    return write_control(directory_ / "pids.max", std::to_string(limits.processes));
  }
  // Linux 5.19, and Linux 6.12 to write to it; without it the peak is not known.
  Result<Fd> open_peak() const {
    const fs::path file = directory_ / "memory.peak";
    if (access(file.c_str(), F_OK) != 0) return Fd();
    auto writable = open_control(file, O_RDWR);
    return writable ? std::move(writable) : open_control(file, O_RDONLY);
  }

  fs::path directory_;
  Fd group_;
  Fd cpu_stat_;
  bool used_ = false;
  WireLimits limited_{};
  Fd memory_peak_;
  std::chrono::microseconds cpu_at_start_{};
  std::uint64_t memory_at_start_ = 0;
};

class V2Tree final : public CgroupTree {
 public:
  V2Tree(fs::path host_group, fs::path home, HierarchyView view)
      : host_group_(std::move(host_group)), home_(std::move(home)), view_(std::move(view)) {}
  ~V2Tree() override {
    (void)write_control(home_ / "cgroup.procs", "0");
    remove_group(host_group_);
  }

  // Takes us, and so the inits of all slots, to where they may start processes in the slots' groups.
  Result<void> enter() {
    const fs::path inside = host_group_ / "host";
    if (mkdir(inside.c_str(), 0755) != 0 && errno != EEXIST)
      return system_error(Errc::unavailable, "mkdir", inside.string(), errno);
    if (auto open = open_to_cage(host_group_); !open) return open;
    return write_control(inside / "cgroup.procs", "0");
  }

  Result<std::unique_ptr<Cgroup>> make_group(std::size_t slot) override {
    auto group = std::make_unique<V2Group>(host_group_ / ("slot-" + std::to_string(slot)));
    if (auto made = group->make(); !made) return made.error();
    return std::unique_ptr<Cgroup>(std::move(group));
  }

  void remove_leftovers() override { code_exec::sandbox::remove_leftovers(host_group_.parent_path()); }

  std::vector<HierarchyView> views() const override { return {view_}; }

  void remove_container_groups(std::size_t slot) override {
    remove_group(host_group_ / ("slot-" + std::to_string(slot)) / container_group);
  }

 private:
  fs::path host_group_;
  fs::path home_;  // the group to go back to
  HierarchyView view_;
};

Result<void> enable_controllers(const fs::path& group) {
  for (const char* controller : controllers) {
    auto enabled = write_control(group / "cgroup.subtree_control", std::string("+") + controller);
    if (!enabled) return enabled;
  }
  return ok();
}

Result<void> move_processes_to_leaf(const fs::path& own_group) {
  const fs::path leaf = own_group / leaf_name;
  if (mkdir(leaf.c_str(), 0755) != 0 && errno != EEXIST)
    return system_error(Errc::unavailable, "mkdir", leaf.string(), errno);
  std::ifstream file(own_group / "cgroup.procs");
  std::vector<std::string> processes;
  for (std::string process; std::getline(file, process);) processes.push_back(process);
  for (const std::string& process : processes) {
    auto moved = write_control(leaf / "cgroup.procs", process);
    if (!moved && moved.error().code != Errc::not_found) return moved;  // not found: it has ended meanwhile
  }
  return ok();
}

// A group that has processes cannot give controllers to its children ("no internal processes"), except the
// root. So everyone in our own group moves to a leaf beside the host's group.
Result<void> divide(const fs::path& own_group) {
  auto enabled = enable_controllers(own_group);
  for (int moves = 0; !enabled && enabled.error().code == Errc::conflict && moves < moves_max; ++moves) {
    if (auto moved = move_processes_to_leaf(own_group); !moved) return moved;
    enabled = enable_controllers(own_group);
  }
  return enabled;
}

bool is_leaf_of_ours(const fs::path& group) {
  return group.filename() == leaf_name;
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
      return Error{Errc::not_found,
                   std::string("controller ") + controller + " is not available in " + own_group.string(),
                   {}};
  }
  if (auto divided = divide(own_group); !divided) return divided.error();
  auto home = find_hierarchy_v2();
  if (!home) return home.error();
  auto group = make_host_group(own_group);
  if (!group) return group.error();
  if (auto below = enable_controllers(*group); !below) return below.error();
  auto tree = std::make_unique<V2Tree>(std::move(*group), home->own_group,
                                       HierarchyView{hierarchy->mount_point, own_group});
  if (auto entered = tree->enter(); !entered) return entered.error();
  return std::unique_ptr<CgroupTree>(std::move(tree));
}

}  // namespace code_exec::sandbox
