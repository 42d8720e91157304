// Whatever the service or an init says: what is taken for a message keeps the promises that those who act on
// it rely on.
#include <sys/wait.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/result.h"
#include "sandbox/host/messages.h"
#include "sandbox/signals.h"

namespace {

using namespace code_exec;
using namespace code_exec::sandbox;

void expect(bool held) {
  if (!held) std::abort();
}

void expect_text(const StepName& step) {
  const auto end = std::find(step.begin(), step.end(), '\0');
  expect(end != step.end());
  expect(std::none_of(step.begin(), end, [](unsigned char c) { return c < 0x20 || c > 0x7e; }));
}

void expect_errno(std::int32_t error) {
  expect(error >= 0 && error <= 4095);
  expect(!system_error(Errc::internal, "call", "target", error).detail.empty());
}

void hear_service(std::span<const std::byte> bytes) {
  const auto run = read_run_request(bytes);
  const auto kill = read_kill_request(bytes);
  const auto signal = read_signal_request(bytes);
  expect(int(run.has_value()) + int(kill.has_value()) + int(signal.has_value()) <= 1);
  if (signal) expect(may_be_sent(signal->number));
  if (kill) expect(kill->reason == KillReason::cancelled || kill->reason == KillReason::output_limit);
  if (!run || !is_acceptable(*run)) return;
  const WireLimits& limits = run->limits;
  // Times and sizes are added to, multiplied by a thousand and written as decimal numbers.
  expect(limits.cpu_ms > 0 && limits.cpu_ms < 1ULL << 40 && limits.wall_ms > 0 &&
         limits.wall_ms < 1ULL << 40);
  expect(limits.memory_bytes > 0 && limits.memory_bytes <= 1ULL << 42);
  expect(limits.disk_bytes > 0 && limits.disk_bytes <= 1ULL << 42);
  expect(limits.processes > 0 && limits.processes <= 1U << 24 && limits.files > 0 &&
         limits.files <= 1U << 24);
  expect(std::find(run->collect.begin(), run->collect.end(), '\0') != run->collect.end());
}

void hear_init(std::span<const std::byte> bytes, std::size_t fds, bool collects) {
  const auto born = read_slot_born(bytes, fds);
  const auto ready = read_slot_ready(bytes, fds);
  const auto exit = read_slot_exit(bytes, fds, collects);
  const auto made = read_slot_ready(bytes, fds, true);
  const auto warm = read_warm_ready(bytes, fds);
  expect(born.has_value() + made.has_value() + exit.has_value() + warm.has_value() <= 1);
  expect(!ready || made);
  expect((!made || fds <= 1) && (!warm || fds == 0));
  expect(!(born || ready) || fds == 0);
  if (ready) {
    expect_text(ready->step);
    expect_errno(ready->error);
  }
  if (exit) {
    expect(fds == 0 || (fds == 1 && collects));
    expect_text(exit->step);
    expect_errno(exit->error);
    expect(WIFEXITED(exit->wait_status) || WIFSIGNALED(exit->wait_status));
    expect(exit->cpu_us < 1ULL << 60 && exit->memory_peak_bytes <= 1ULL << 42);
  }
}

}  // namespace

// The first byte says how many descriptors come along and whether a file was asked for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto copy = std::make_unique<std::byte[]>(size - 1);
  std::transform(data + 1, data + size, copy.get(), [](std::uint8_t byte) { return std::byte{byte}; });
  const std::span<const std::byte> bytes(copy.get(), size - 1);
  hear_service(bytes);
  hear_init(bytes, data[0] & 0x0f, data[0] >> 7 != 0);
  return 0;
}
