#include "job/limits.h"

#include <string>

namespace code_exec::job {
namespace {

std::uint64_t number(std::chrono::milliseconds value) {
  return static_cast<std::uint64_t>(value.count());
}
std::uint64_t number(std::uint64_t value) {
  return value;
}

// Below these a run cannot even start, so asking for less is a mistake that is better told.
constexpr Limits minima{.cpu_time = std::chrono::milliseconds(1),
                        .wall_time = std::chrono::milliseconds(1),
                        .memory_bytes = 4ULL << 20,
                        .processes = 1,
                        .output_bytes = 0,
                        .disk_bytes = 64ULL << 10,
                        .files = 16};

}  // namespace

Result<Limits> resolve(const LimitsRequest& request, const LimitRules& rules) {
  Limits limits = rules.defaults;
  std::optional<Error> problem;
  auto take = [&](const char* field, const auto& asked, auto Limits::*member) {
    if (!asked || problem) return;
    const std::uint64_t low = number(minima.*member);
    const std::uint64_t high = number(rules.maxima.*member);
    const std::uint64_t value = number(*asked);
    if (value < low || value > high) {
      problem = Error{Errc::invalid, "must be from " + std::to_string(low) + " to " + std::to_string(high),
                      std::string("limits.") + field};
      return;
    }
    limits.*member = *asked;
  };
  take("cpuTimeMs", request.cpu_time, &Limits::cpu_time);
  take("wallTimeMs", request.wall_time, &Limits::wall_time);
  take("memoryBytes", request.memory_bytes, &Limits::memory_bytes);
  take("processes", request.processes, &Limits::processes);
  take("outputBytes", request.output_bytes, &Limits::output_bytes);
  take("diskBytes", request.disk_bytes, &Limits::disk_bytes);
  take("files", request.files, &Limits::files);
  if (problem) return *problem;
  return limits;
}

}  // namespace code_exec::job
