// sandbox/wire_limits.h - a job's limits as the host and the slots are told them.
#pragma once

#include "job/limits.h"
#include "sandbox/protocol.h"

namespace code_exec::sandbox {

inline WireLimits wire_limits(const job::Limits& limits) {
  return {static_cast<std::uint64_t>(limits.cpu_time.count()),
          static_cast<std::uint64_t>(limits.wall_time.count()),
          limits.memory_bytes,
          limits.disk_bytes,
          limits.processes,
          limits.files};
}

}  // namespace code_exec::sandbox
