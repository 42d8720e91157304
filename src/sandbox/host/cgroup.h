// sandbox/host/cgroup.h - control groups behind one interface for v1 and v2. The host makes one group a slot
// below the group it runs in itself, and touches no other. A group is used again for run after run.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "sandbox/protocol.h"

namespace code_exec::sandbox {

struct CgroupUsage {
  std::chrono::microseconds cpu{0};
  std::uint64_t memory_peak_bytes = 0;  // 0 where the kernel does not tell: v2 before Linux 5.19
  bool out_of_memory = false;           // the kernel killed something in the group
};

// The group that an OCI runtime makes for its container, below the slot's own.
inline constexpr const char* container_group = "container";

// Where a hierarchy shows the group that the host's groups are made in.
struct HierarchyView {
  std::filesystem::path mount_point;
  std::filesystem::path own_group;
};

// One slot's group, in every hierarchy it needs.
class Cgroup {
 public:
  virtual ~Cgroup() = default;  // removes the group if it is empty
  // Between runs, when nothing is in the group: does ahead what prepare() would else do on the way of a job.
  virtual void renew() {}
  // Sets the limits and starts the counters anew. Nothing runs in the group. An error means that the limits
  // do not hold: the run must not start.
  virtual Result<void> prepare(const WireLimits& limits) = 0;
  // For a run that has waited in the group since prepare(): the limits, cpu time and kills for memory are
  // counted from now on. What it holds is its own.
  virtual Result<void> begin(const WireLimits& limits) = 0;
  // For a run that starts in a container of its own: the limits and counters are `limits` from now on, beside
  // what the container's own processes hold at this moment. An error also when there is nobody in the group:
  // then the container is elsewhere.
  virtual Result<void> count_from_now(const WireLimits& limits) = 0;
  // Descriptors to which the run writes "0" to join; owned by the group, valid until the next prepare().
  virtual std::vector<int> join_files() const = 0;
  // True: there is one, the group's directory, and the run is started in the group.
  virtual bool is_born_into() const { return false; }
  // Since prepare().
  virtual CgroupUsage usage() = 0;
  virtual std::chrono::microseconds cpu_used() = 0;
  // False for the stand-in used when the operator gave up cgroups: it limits and counts nothing.
  virtual bool enforces() const { return true; }
  // Becomes readable when the kernel kills for memory in the group; -1 where the kernel does not tell.
  virtual int out_of_memory_event() const { return -1; }
};

class CgroupTree {
 public:
  virtual ~CgroupTree() = default;
  virtual Result<std::unique_ptr<Cgroup>> make_group(std::size_t slot) = 0;
  // Removes the groups of hosts that are dead. Those in use stay.
  virtual void remove_leftovers() {}
  // What a runtime must see to make its container's group below make_group()'s, whose path below each
  // own_group is "<host_group_name()>/slot-<slot>". Includes hierarchies that we ourselves do not need.
  virtual std::vector<HierarchyView> views() const { return {}; }
  // Removes what a runtime has left below and beside the slot's group.
  virtual void remove_container_groups(std::size_t) {}
};

// Finds what this machine has: v2 with memory, pids and cpu if they can be had there, else v1. Removes what a
// host that is dead has left behind. Errc::unavailable says what is missing and how to mend it.
Result<std::unique_ptr<CgroupTree>> open_cgroup_tree();

// Groups that do nothing, for CgroupUse::none.
std::unique_ptr<CgroupTree> make_absent_cgroup_tree();

// The two, each Errc::not_found where the machine does not have it.
Result<std::unique_ptr<CgroupTree>> open_cgroup_tree_v1();
Result<std::unique_ptr<CgroupTree>> open_cgroup_tree_v2();

}  // namespace code_exec::sandbox
