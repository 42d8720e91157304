// sandbox/host/messages.h - what the host takes from others: bytes that may be anything become a message in
// which every field is within its bounds, or nothing. Nothing here acts on a message, allocates or waits.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

#include "base/fd.h"
#include "sandbox/protocol.h"

namespace code_exec::sandbox {

// Room for the longest message of each peer; a longer one is broken.
inline constexpr std::size_t service_message_max =
    std::max({sizeof(RunRequest), sizeof(KillRequest), sizeof(SignalRequest)});
inline constexpr std::size_t init_message_max =
    std::max({sizeof(SlotBorn), sizeof(SlotReady), sizeof(SlotExit)});

// From the service. Nothing: no message of this protocol, which the service never sends while it is itself.
std::optional<RunRequest> read_run_request(std::span<const std::byte> bytes);
std::optional<KillRequest> read_kill_request(std::span<const std::byte> bytes);
std::optional<SignalRequest> read_signal_request(std::span<const std::byte> bytes);

// Limits that this host applies to anyone, and a name that is terminated.
bool is_acceptable(const RunRequest& request);
// A sealed memfd and three pipes: what neither changes under its reader nor makes whoever closes it wait.
bool are_of_a_run(std::span<const Fd> fds);

// From a slot's init, with the number of descriptors that came along. Text is terminated and printable.
std::optional<SlotBorn> read_slot_born(std::span<const std::byte> bytes, std::size_t fds);
// `may_have_namespace`: the slot was just made, so the descriptor of its user namespace may come.
std::optional<SlotReady> read_slot_ready(std::span<const std::byte> bytes, std::size_t fds,
                                         bool may_have_namespace = false);
std::optional<SlotBegun> read_slot_begun(std::span<const std::byte> bytes, std::size_t fds);
// `collects`: the run asked for a file, so one may come.
std::optional<SlotExit> read_slot_exit(std::span<const std::byte> bytes, std::size_t fds, bool collects);

// From a warm parent.
std::optional<WarmReady> read_warm_ready(std::span<const std::byte> bytes, std::size_t fds);

}  // namespace code_exec::sandbox
