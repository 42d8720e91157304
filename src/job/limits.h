// job/limits.h - what a run may use. Defaults and maxima are the operator's; a client may lower each value
// and raise it up to the maximum.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/result.h"

namespace code_exec::job {

struct Limits {
  std::chrono::milliseconds cpu_time{5000};  // of all processes together
  std::chrono::milliseconds wall_time{15000};
  std::uint64_t memory_bytes = 256ULL << 20;  // of all processes together, tmpfs and page cache included
  std::uint32_t processes = 64;               // processes and threads
  std::uint64_t output_bytes = 1ULL << 20;    // of stdout and of stderr, each
  std::uint64_t disk_bytes = 64ULL << 20;     // /box, /tmp and /dev/shm together
  std::uint32_t files = 4096;                 // inodes of the same

  bool operator==(const Limits&) const = default;
};

// A run that goes on writing past this many times its output_bytes is stopped as output_limit.
inline constexpr std::uint64_t output_stop_factor = 16;

// What a client asks for: absent fields take the operator's default.
struct LimitsRequest {
  std::optional<std::chrono::milliseconds> cpu_time;
  std::optional<std::chrono::milliseconds> wall_time;
  std::optional<std::uint64_t> memory_bytes;
  std::optional<std::uint32_t> processes;
  std::optional<std::uint64_t> output_bytes;
  std::optional<std::uint64_t> disk_bytes;
  std::optional<std::uint32_t> files;
};

struct LimitRules {
  Limits defaults;
  Limits maxima{.cpu_time = std::chrono::seconds(60),
                .wall_time = std::chrono::seconds(120),
                .memory_bytes = 2ULL << 30,
                .processes = 512,
                .output_bytes = 16ULL << 20,
                .disk_bytes = 512ULL << 20,
                .files = 65536};
};

// Errc::invalid with the field ("limits.cpuTimeMs") for a value below the smallest that can work or above the
// operator's maximum.
Result<Limits> resolve(const LimitsRequest& request, const LimitRules& rules);

}  // namespace code_exec::job
