#include "job/job_id.h"

#include <array>
#include <cstdint>
#include <mutex>

#include "base/random.h"
#include "base/text.h"

namespace code_exec::job {
namespace {

// Milliseconds and a 12-bit counter that only grows: RFC 9562 section 6.2, method 1.
std::uint64_t next_time_and_counter(TimePoint now) {
  static std::mutex mutex;
  static std::uint64_t last = 0;
  std::lock_guard lock(mutex);
  const auto fresh = static_cast<std::uint64_t>(to_ms(now)) << 12;
  last = fresh > last ? fresh : last + 1;
  return last;
}

}  // namespace

JobId JobId::make(TimePoint now) {
  std::array<std::uint8_t, 16> bytes{};
  fill_random(std::as_writable_bytes(std::span(bytes)));
  const std::uint64_t stamp = next_time_and_counter(now);
  const std::uint64_t ms = stamp >> 12;
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | ((stamp >> 8) & 0x0f));
  bytes[7] = static_cast<std::uint8_t>(stamp);
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
  std::string text = hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  for (std::size_t dash : {8, 13, 18, 23}) text.insert(dash, 1, '-');
  return JobId(std::move(text));
}

Result<JobId> JobId::parse(std::string_view text) {
  std::string lower(text);
  bool good = lower.size() == 36;
  for (std::size_t i = 0; good && i < lower.size(); ++i) {
    char& c = lower[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      good = c == '-';
      continue;
    }
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }
  if (!good) return Error{Errc::malformed, "must be a UUID", "jobId"};
  return JobId(std::move(lower));
}

}  // namespace code_exec::job
