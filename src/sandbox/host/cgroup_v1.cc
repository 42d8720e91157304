// cgroup v1: one hierarchy a controller. Facts: Documentation/admin-guide/cgroup-v1/memory.rst and friends.
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <optional>

#include "sandbox/host/cgroup.h"
#include "sandbox/host/cgroup_files.h"

namespace code_exec::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 4> controllers{"memory", "pids", "cpu", "cpuacct"};
// All runs together get half of what one thread of the service gets when both want the processor: answers do
// not wait for programs.
constexpr std::string_view cpu_shares = "512";
constexpr std::string_view socket_bytes_max = "16777216";
constexpr std::uint64_t burden_bytes_max = 8 << 20;

using Directories = std::map<std::string, fs::path, std::less<>>;

class V1Group final : public Cgroup {
 public:
  explicit V1Group(Directories directories) : directories_(std::move(directories)) {}
  ~V1Group() override {
    for (const auto& [controller, directory] : directories_) rmdir(directory.c_str());
  }

  Result<void> open_files() {
    for (const auto& [controller, directory] : directories_) {
      if (mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST)
        return system_error(Errc::unavailable, "mkdir", directory.string(), errno);
      auto tasks = open_control(directory / "tasks", O_WRONLY);
      if (!tasks) return tasks.error();
      // Controllers that are mounted together share a directory, and are joined together.
      const bool known = std::any_of(joined_.begin(), joined_.end(), [&](const fs::path& other) {
        std::error_code error;
        return fs::equivalent(other, directory, error);
      });
      if (known) continue;
      joined_.push_back(directory);
      tasks_.push_back(std::move(*tasks));
    }
    const fs::path& memory = directories_.at("memory");
    struct Wanted {
      Fd& fd;
      fs::path file;
      int flags;
    };
    const std::array<Wanted, 8> wanted{{
        {memory_limit_, memory / "memory.limit_in_bytes", O_WRONLY},
        {memory_peak_, memory / "memory.max_usage_in_bytes", O_RDWR},
        {memory_usage_, memory / "memory.usage_in_bytes", O_RDONLY},
        {oom_control_, memory / "memory.oom_control", O_RDONLY},
        {force_empty_, memory / "memory.force_empty", O_WRONLY},
        {pids_max_, directories_.at("pids") / "pids.max", O_WRONLY},
        {pids_current_, directories_.at("pids") / "pids.current", O_RDONLY},
        {cpu_usage_, directories_.at("cpuacct") / "cpuacct.usage", O_RDWR},
    }};
    for (const Wanted& one : wanted) {
      auto opened = open_control(one.file, one.flags);
      if (!opened) return opened.error();
      one.fd = std::move(*opened);
    }
    // Only where the kernel counts swap.
    if (auto swap = open_control(memory / "memory.memsw.limit_in_bytes", O_WRONLY))
      swap_limit_ = std::move(*swap);
    if (auto bounded = bound_sockets(memory); !bounded) return bounded;
    return watch_out_of_memory(memory);
  }

  Result<void> prepare(const WireLimits& limits) override {
    container_oom_control_.reset();
    if (auto renewed = renew_if_burdened(); !renewed) return renewed;
    return apply(limits);
  }

  Result<void> begin(const WireLimits& limits) override {
    if (auto set = set_limits(limits); !set) return set;
    if (auto set = write_control(cpu_usage_.get(), "0", "cpuacct.usage"); !set) return set;
    oom_kills_at_start_ = oom_kills();
    drain_event();
    return ok();
  }

  Result<void> count_from_now(const WireLimits& limits) override {
    const std::uint64_t tasks = number_in(read_control(pids_current_.get()));
    if (tasks == 0) return Error{Errc::unavailable, "the container is not in its group", {}};
    // Two things of v1 are not inherited: what the kernel kills counts in its very group, and sockets count
    // at all only where a bound is set.
    const fs::path container = directories_.at("memory") / container_group;
    if (auto bounded = bound_sockets(container); !bounded) return bounded;
    auto oom_control = open_control(container / "memory.oom_control", O_RDONLY);
    if (!oom_control) return oom_control.error();
    container_oom_control_ = std::move(*oom_control);
    WireLimits beside = limits;
    beside.processes += static_cast<std::uint32_t>(tasks);
    beside.memory_bytes += number_in(read_control(memory_usage_.get()));
    return apply(beside);
  }

  std::vector<int> join_files() const override {
    std::vector<int> files;
    for (const Fd& file : tasks_) files.push_back(file.get());
    return files;
  }

  CgroupUsage usage() override {
    CgroupUsage usage;
    usage.cpu = cpu_used();
    const std::uint64_t peak = number_in(read_control(memory_peak_.get()));
    usage.memory_peak_bytes = peak > memory_at_start_ ? peak - memory_at_start_ : 0;
    usage.out_of_memory = oom_kills() > oom_kills_at_start_;
    return usage;
  }

  std::chrono::microseconds cpu_used() override {
    return std::chrono::microseconds(number_in(read_control(cpu_usage_.get())) / 1000);
  }

  int out_of_memory_event() const override { return oom_event_.get(); }

 private:
  // v1 counts socket buffers apart from memory, and bounds them only when told to.
  static Result<void> bound_sockets(const fs::path& memory) {
    const fs::path sockets = memory / "memory.kmem.tcp.limit_in_bytes";
    return access(sockets.c_str(), F_OK) == 0 ? write_control(sockets, socket_bytes_max) : ok();
  }

  Result<void> set_limits(const WireLimits& limits) {
    if (auto set = set_memory_limit(limits.memory_bytes); !set) return set;
    if (pids_limit_ && *pids_limit_ == limits.processes) return ok();
    pids_limit_.reset();
    if (auto set = write_control(pids_max_.get(), std::to_string(limits.processes), "pids.max"); !set)
      return set;
    pids_limit_ = limits.processes;
    return ok();
  }

  // Sets the limits and starts the counters anew.
  Result<void> apply(const WireLimits& limits) {
    if (auto set = set_limits(limits); !set) return set;
    if (auto set = write_control(cpu_usage_.get(), "0", "cpuacct.usage"); !set) return set;
    if (auto set = write_control(memory_peak_.get(), "0", "memory.max_usage_in_bytes"); !set) return set;
    // Page cache that earlier runs read stays charged until it is reclaimed: it is not this run's.
    memory_at_start_ = number_in(read_control(memory_usage_.get()));
    oom_kills_at_start_ = oom_kills();
    drain_event();
    return ok();
  }

  // Memory of an earlier run that nobody can reclaim (files in memory that the kernel frees late) must not
  // count against the next: the group is left to the kernel and made anew. Page cache may stay: it gives way.
  Result<void> renew_if_burdened() {
    if (number_in(read_control(memory_usage_.get())) < burden_bytes_max) return ok();
    const std::string stat = read_control(directories_.at("memory") / "memory.stat");
    if (number_in(stat, "rss") + number_in(stat, "shmem") < burden_bytes_max) return ok();
    for (const auto& [controller, directory] : directories_)
      if (rmdir(directory.c_str()) != 0 && errno != ENOENT)
        return system_error(Errc::unavailable, "rmdir", directory.string(), errno);
    joined_.clear();
    tasks_.clear();
    swap_limit_.reset();
    memory_limited_.reset();
    pids_limit_.reset();
    return open_files();
  }

  // With swap accounting the limit on both together may never be below the one on memory, so the order of the
  // two writes depends on the direction of the change.
  Result<void> set_memory_limit(std::uint64_t bytes) {
    if (memory_limited_ && *memory_limited_ == bytes) return ok();
    const bool raise = memory_limited_ && *memory_limited_ < bytes;
    memory_limited_.reset();
    const std::string text = std::to_string(bytes);
    if (swap_limit_ && raise)
      if (auto set = write_control(swap_limit_.get(), text, "memory.memsw.limit_in_bytes"); !set) return set;
    auto set = write_control(memory_limit_.get(), text, "memory.limit_in_bytes");
    if (!set && set.error().code == Errc::conflict) {
      // EBUSY: more page cache is charged than the new limit allows. Give it back, then ask again.
      (void)write_control(force_empty_.get(), "0", "memory.force_empty");
      set = write_control(memory_limit_.get(), text, "memory.limit_in_bytes");
    }
    if (!set) return set;
    if (swap_limit_ && !raise)
      if (auto swap_set = write_control(swap_limit_.get(), text, "memory.memsw.limit_in_bytes"); !swap_set)
        return swap_set;
    memory_limited_ = bytes;
    return ok();
  }

  Result<void> watch_out_of_memory(const fs::path& memory) {
    // The same event when the group is made anew: the host has been told of it.
    if (!oom_event_) oom_event_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!oom_event_) return system_error(Errc::unavailable, "eventfd", "", errno);
    return write_control(memory / "cgroup.event_control",
                         std::to_string(oom_event_.get()) + " " + std::to_string(oom_control_.get()));
  }

  void drain_event() {
    std::uint64_t count = 0;
    (void)!read(oom_event_.get(), &count, sizeof(count));
  }

  std::uint64_t oom_kills() const {
    const std::uint64_t own = number_in(read_control(oom_control_.get()), "oom_kill");
    if (!container_oom_control_) return own;
    return own + number_in(read_control(container_oom_control_.get()), "oom_kill");
  }

  Directories directories_;
  std::vector<fs::path> joined_;
  std::vector<Fd> tasks_;
  Fd memory_limit_, swap_limit_, memory_peak_, memory_usage_, oom_control_, force_empty_, pids_max_,
      pids_current_, cpu_usage_;
  Fd container_oom_control_;  // while a container's run is counted
  Fd oom_event_;
  std::optional<std::uint64_t> memory_limited_;
  std::optional<std::uint32_t> pids_limit_;
  std::uint64_t memory_at_start_ = 0;
  std::uint64_t oom_kills_at_start_ = 0;
};

class V1Tree final : public CgroupTree {
 public:
  V1Tree(Directories host_groups, std::vector<HierarchyView> views)
      : host_groups_(std::move(host_groups)), views_(std::move(views)) {}
  ~V1Tree() override {
    for (const HierarchyView& view : views_) remove_group(view.own_group / host_group_name());
  }

  Result<std::unique_ptr<Cgroup>> make_group(std::size_t slot) override {
    Directories directories;
    for (const auto& [controller, directory] : host_groups_)
      directories[controller] = directory / ("slot-" + std::to_string(slot));
    auto group = std::make_unique<V1Group>(std::move(directories));
    if (auto opened = group->open_files(); !opened) return opened.error();
    return std::unique_ptr<Cgroup>(std::move(group));
  }

  void remove_leftovers() override {
    for (const HierarchyView& view : views_) code_exec::sandbox::remove_leftovers(view.own_group);
  }

  std::vector<HierarchyView> views() const override { return views_; }

  void remove_container_groups(std::size_t slot) override {
    for (const HierarchyView& view : views_)
      remove_group(view.own_group / host_group_name() / ("slot-" + std::to_string(slot)) / container_group);
  }

 private:
  Directories host_groups_;
  std::vector<HierarchyView> views_;  // of every hierarchy there is: runtimes use more of them than we do
};

}  // namespace

Result<std::unique_ptr<CgroupTree>> open_cgroup_tree_v1() {
  const std::vector<Hierarchy> hierarchies = find_hierarchies_v1();
  Directories host_groups;
  for (const char* controller : controllers) {
    for (const Hierarchy& hierarchy : hierarchies) {
      const auto& names = hierarchy.controllers;
      if (std::find(names.begin(), names.end(), controller) == names.end()) continue;
      auto group = make_host_group(hierarchy.own_group);
      if (!group) return group.error();
      host_groups[controller] = *group;
    }
    if (!host_groups.contains(controller))
      return Error{
          Errc::not_found, std::string("cgroup v1 controller ") + controller + " is not mounted", {}};
  }
  std::vector<HierarchyView> views;
  for (const Hierarchy& hierarchy : hierarchies)
    views.push_back({hierarchy.mount_point, hierarchy.own_group});
  if (auto set = write_control(host_groups.at("cpu") / "cpu.shares", cpu_shares); !set) return set.error();
  return std::unique_ptr<CgroupTree>(std::make_unique<V1Tree>(std::move(host_groups), std::move(views)));
}

}  // namespace code_exec::sandbox
