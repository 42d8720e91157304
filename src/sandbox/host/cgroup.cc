#include "sandbox/host/cgroup.h"

#include "sandbox/advice.h"

namespace code_exec::sandbox {
namespace {

class AbsentGroup final : public Cgroup {
 public:
  Result<void> prepare(const WireLimits&) override { return ok(); }
  Result<void> begin(const WireLimits&) override { return ok(); }
  Result<void> count_from_now(const WireLimits&) override { return ok(); }
  std::vector<int> join_files() const override { return {}; }
  CgroupUsage usage() override { return {}; }
  std::chrono::microseconds cpu_used() override { return {}; }
  bool enforces() const override { return false; }
};

class AbsentTree final : public CgroupTree {
 public:
  Result<std::unique_ptr<Cgroup>> make_group(std::size_t) override {
    return std::unique_ptr<Cgroup>(std::make_unique<AbsentGroup>());
  }
};

}  // namespace

std::unique_ptr<CgroupTree> make_absent_cgroup_tree() {
  return std::make_unique<AbsentTree>();
}

Result<std::unique_ptr<CgroupTree>> open_cgroup_tree() {
  auto v2 = open_cgroup_tree_v2();
  if (v2) return v2;
  auto v1 = open_cgroup_tree_v1();
  if (v1) return v1;
  return Error{Errc::unavailable,
               "no usable cgroups. v2: " + v2.error().detail + "; v1: " + v1.error().detail + "; " +
                   cgroup_advice(look_around()),
               {}};
}

}  // namespace code_exec::sandbox
