#include <sys/resource.h>

#include <array>
#include <cerrno>

#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {
namespace {

struct ResourceLimit {
  __rlimit_resource resource;
  rlim_t soft;
  rlim_t hard;
};

}  // namespace

// The cgroups hold the real limits. These are for what cgroups do not count, and a backstop for cpu time.
int set_resource_limits(const RunContext& context) {
  const rlim_t cpu_s = context.limits.cpu_ms / 1000 + 2;
  // Without privilege a hard limit can only be lowered, so each is cut at what we have ourselves.
  const std::array<ResourceLimit, 9> limits{{
      // Not 0: only with 1 does the kernel also leave a core handler alone that core_pattern pipes to.
      {RLIMIT_CORE, 1, 1},
      {RLIMIT_MEMLOCK, 0, 0},
      {RLIMIT_NICE, 0, 0},
      {RLIMIT_RTPRIO, 0, 0},
      {RLIMIT_NOFILE, 1024, 1024},
      {RLIMIT_SIGPENDING, 1024, 1024},
      {RLIMIT_STACK, 8 << 20, RLIM_INFINITY},
      {RLIMIT_CPU, cpu_s, cpu_s},
      {RLIMIT_NPROC, context.limits.processes, context.limits.processes},
  }};
  auto apply = [](const ResourceLimit& wanted) {
    rlimit now{};
    if (getrlimit(wanted.resource, &now) != 0) return errno;
    now.rlim_max = wanted.hard < now.rlim_max ? wanted.hard : now.rlim_max;
    now.rlim_cur = wanted.soft < now.rlim_max ? wanted.soft : now.rlim_max;
    return setrlimit(wanted.resource, &now) == 0 ? 0 : errno;
  };
  for (const ResourceLimit& limit : limits)
    if (int error = apply(limit)) return error;
  if (!context.limit_per_process) return 0;
  if (int error = apply({RLIMIT_FSIZE, context.limits.disk_bytes, context.limits.disk_bytes})) return error;
  const rlim_t data_bytes = context.limits.memory_bytes + context.shared_data_bytes;
  return apply({RLIMIT_DATA, data_bytes, data_bytes});
}

}  // namespace code_exec::sandbox
