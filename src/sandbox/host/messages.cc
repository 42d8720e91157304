#include "sandbox/host/messages.h"

#include <fcntl.h>
#include <sys/wait.h>

#include <cstring>

#include "sandbox/signals.h"

namespace code_exec::sandbox {
namespace {

// Limits outside these are not the service's to ask for, whatever its configuration says.
constexpr std::uint64_t ms_max = 24ULL * 3600 * 1000;
constexpr std::uint64_t bytes_max = 1ULL << 42;
constexpr std::uint32_t count_max = 1U << 24;
// What an init says that a run used, it cannot have used up on every processor of the largest machine.
constexpr std::uint64_t cpu_us_max = ms_max * 1000 * 8192;
constexpr std::int32_t errno_max = 4095;  // MAX_ERRNO of the kernel

template <class T>
bool within(T value, T most) {
  return value > 0 && value <= most;
}

template <class T>
std::optional<T> read_as(std::span<const std::byte> bytes, Message kind) {
  T message{};
  if (bytes.size() != sizeof(message)) return std::nullopt;
  std::memcpy(&message, bytes.data(), sizeof(message));
  if (message.kind != kind) return std::nullopt;
  return message;
}

bool is_text(const StepName& step) {
  const auto end = std::find(step.begin(), step.end(), '\0');
  return end != step.end() && std::all_of(step.begin(), end, [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_errno(std::int32_t error) {
  return error >= 0 && error <= errno_max;
}

bool is_pipe(const Fd& fd) {
  return fcntl(fd.get(), F_GETPIPE_SZ) > 0;
}

bool is_sealed(const Fd& fd) {
  constexpr int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
  const int found = fcntl(fd.get(), F_GET_SEALS);
  return found >= 0 && (found & seals) == seals;
}

}  // namespace

std::optional<RunRequest> read_run_request(std::span<const std::byte> bytes) {
  auto request = read_as<RunRequest>(bytes, Message::run_request);
  if (request && request->version != protocol_version) return std::nullopt;
  return request;
}

std::optional<KillRequest> read_kill_request(std::span<const std::byte> bytes) {
  auto request = read_as<KillRequest>(bytes, Message::kill_request);
  if (request && request->reason != KillReason::cancelled && request->reason != KillReason::output_limit)
    return std::nullopt;
  return request;
}

std::optional<SignalRequest> read_signal_request(std::span<const std::byte> bytes) {
  auto request = read_as<SignalRequest>(bytes, Message::signal_request);
  if (request && !may_be_sent(request->number)) return std::nullopt;
  return request;
}

bool is_acceptable(const RunRequest& request) {
  const WireLimits& limits = request.limits;
  return within(limits.cpu_ms, ms_max) && within(limits.wall_ms, ms_max) &&
         within(limits.memory_bytes, bytes_max) && within(limits.disk_bytes, bytes_max) &&
         within(limits.processes, count_max) && within(limits.files, count_max) &&
         request.collect.back() == '\0';
}

bool are_of_a_run(std::span<const Fd> fds) {
  return fds.size() == run_request_fds && is_sealed(fds[0]) &&
         std::all_of(fds.begin() + 1, fds.end(), is_pipe);
}

std::optional<SlotBorn> read_slot_born(std::span<const std::byte> bytes, std::size_t fds) {
  if (fds != 0) return std::nullopt;
  return read_as<SlotBorn>(bytes, Message::slot_born);
}

std::optional<SlotBegun> read_slot_begun(std::span<const std::byte> bytes, std::size_t fds) {
  if (fds != 0) return std::nullopt;
  return read_as<SlotBegun>(bytes, Message::slot_begun);
}

std::optional<WarmReady> read_warm_ready(std::span<const std::byte> bytes, std::size_t fds) {
  if (fds != 0) return std::nullopt;
  return read_as<WarmReady>(bytes, Message::warm_ready);
}

std::optional<SlotReady> read_slot_ready(std::span<const std::byte> bytes, std::size_t fds,
                                         bool may_have_namespace) {
  auto ready = read_as<SlotReady>(bytes, Message::slot_ready);
  if (!ready || fds > (may_have_namespace ? 1 : 0) || ready->failed > 1 || !is_errno(ready->error) ||
      !is_text(ready->step))
    return std::nullopt;
  return ready;
}

std::optional<SlotExit> read_slot_exit(std::span<const std::byte> bytes, std::size_t fds, bool collects) {
  auto exit = read_as<SlotExit>(bytes, Message::slot_exit);
  if (!exit || fds > (collects ? 1 : 0) || exit->started > 1 || !is_errno(exit->error) ||
      !is_text(exit->step) || exit->cpu_us > cpu_us_max || exit->memory_peak_bytes > bytes_max)
    return std::nullopt;
  if (!WIFEXITED(exit->wait_status) && !WIFSIGNALED(exit->wait_status)) return std::nullopt;
  return exit;
}

}  // namespace code_exec::sandbox
