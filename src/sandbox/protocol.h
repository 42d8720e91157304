// sandbox/protocol.h - what the service, the sandbox host and a slot's init say to each other. All are
// processes of one binary on one machine, so messages are plain structs; the host still checks every field of
// the service's, and every field of an init's, because either may have been taken over.
//
//   service -> host   RunRequest + [description, stdin, stdout, stderr]      KillRequest, SignalRequest
//   host -> service   RunEnd + [collected file]?
//   host -> init      SlotPlan                           first of all
//                     SlotStart + [description, stdin, stdout, stderr, cgroup files...]
//                     SlotClear                          a warm run has ended in the slot
//                     SlotSignal                         for the main process of the run under way; not to a
//                     keeper
//   init -> host      SlotBorn                           first of all, before the slot is made
//                     SlotReady + [user namespace]?      after the slot was made (with it) or cleared
//                     SlotExit + [collected file]?       the run's main process has ended, or never started
//   launcher -> service  one byte + [socket to a new host]
//
// With an OCI runtime the keeper of a slot stands for its init, and before SlotExit there are
//   keeper -> host    SlotBegun       the container is there, and waits to become the program
//   host -> keeper    SlotGo          limits and counters are the program's from now on
//
// A warm run is forked by a warm parent and waits in a slot, on a socket of its own:
//   host -> parent    WarmPlan        first of all
//                     WarmFork + [init's pidfd, user namespace, the run's socket, cgroup files...]
//   parent -> host    WarmReady       it has imported everything and can fork
//   run -> host       SlotReady       it is confined and waits; or (from the parent, too) it could not be
//                     SlotBegun       the program starts; or
//                     SlotExit        refused: it did not
//   host -> run       SlotStart + [description, stdin, stdout, stderr]
#pragma once

#include <linux/filter.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace code_exec::sandbox {

inline constexpr std::uint32_t protocol_version = 3;

// Every message begins with its kind.
enum class Message : std::uint32_t {
  run_request = 1,
  kill_request,
  run_end,
  slot_plan,
  slot_start,
  slot_born,
  slot_ready,
  slot_exit,
  slot_begun,
  slot_go,
  slot_clear,
  warm_plan,
  warm_ready,
  warm_fork,
  signal_request,
  slot_signal
};

// The limits that the host and the slot apply. Output is counted where it is read, by the service.
struct WireLimits {
  std::uint64_t cpu_ms;
  std::uint64_t wall_ms;
  std::uint64_t memory_bytes;
  std::uint64_t disk_bytes;
  std::uint32_t processes;
  std::uint32_t files;
};

using FileName = std::array<char, 256>;  // NUL-terminated
using StepName = std::array<char, 32>;   // NUL-terminated: the step of confinement that failed

// Cut to fit; allocates nothing.
inline StepName step_name(std::string_view step) {
  StepName name{};
  std::copy_n(step.data(), std::min(step.size(), name.size() - 1), name.begin());
  return name;
}

struct RunRequest {
  Message kind;
  std::uint32_t version;
  std::uint64_t run_id;  // chosen by the service, above every one before it on this connection
  WireLimits limits;
  FileName collect;           // empty: nothing to bring back
  std::uint32_t warm_parent;  // the one that may fork the run, counted from 1; 0: a fresh interpreter
};
inline constexpr std::size_t run_request_fds = 4;

enum class KillReason : std::uint32_t { cancelled = 1, output_limit };

struct KillRequest {
  Message kind;
  KillReason reason;
  std::uint64_t run_id;
};

// One that run_input.h knows, for the run's main process. It is lost when the run does not go on just then.
struct SignalRequest {
  Message kind;
  std::int32_t number;
  std::uint64_t run_id;
};

// How a run ended. A limit wins over the way the process died of it.
enum class EndedBy : std::uint32_t {
  exit = 1,  // value: exit code
  signal,    // value: signal
  cpu_limit,
  wall_limit,
  memory_limit,
  killed,   // by KillRequest; value: the KillReason
  refused,  // a step failed and the program did not start; step and value (errno) say which
};

struct RunEnd {
  Message kind;
  EndedBy ended_by;
  std::uint64_t run_id;
  std::int32_t value;
  std::uint32_t slots_replaced;  // since the host started
  std::uint64_t cpu_us;
  std::uint64_t wall_us;
  std::uint64_t memory_peak_bytes;
  StepName step;
};

// A compiled system call filter of at most `Max` instructions.
template <std::size_t Max>
struct WireFilter {
  std::uint32_t size;
  std::array<sock_filter, Max> instructions;
};

// False: it is too long.
template <std::size_t Max>
bool fill(WireFilter<Max>& wire, std::span<const sock_filter> filter) {
  if (filter.size() > Max) return false;
  wire.size = static_cast<std::uint32_t>(filter.size());
  std::copy(filter.begin(), filter.end(), wire.instructions.begin());
  return true;
}
// Empty when the size is not one.
template <std::size_t Max>
std::span<const sock_filter> instructions(const WireFilter<Max>& wire) {
  if (wire.size > Max) return {};
  return {wire.instructions.data(), wire.size};
}

using SlotFilter = WireFilter<2048>;
using RunFilter = WireFilter<128>;

// The one descriptor that a slot's init finds open: its socket to the host.
inline constexpr int init_socket_number = 3;

// What a slot is made for; the init's own memory begins with it and holds nothing of the host's.
struct SlotPlan {
  Message kind;
  std::uint32_t program_owner;          // the slot's program, as an id of the cage's user namespace
  std::uint32_t groups_can_be_dropped;  // not in a user namespace made without privilege
  std::uint32_t limit_per_process;      // there are no cgroups: memory and processes through rlimits
  WireLimits usual_limits;              // what the work area is made for ahead of a run
  SlotFilter slot_filter;               // init's own, which runs inherit
  RunFilter run_filter;
};

struct SlotStart {
  Message kind;
  std::uint32_t cgroup_files;  // descriptors after the first four, each to be written "0" by the run,
  std::uint32_t cgroup_born;   // 1: or the one that there is is the directory of the group to start it in
  WireLimits limits;
  FileName collect;
};

// Its sender, which the kernel names, is the slot's init.
struct SlotBorn {
  Message kind;
};

struct SlotReady {
  Message kind;
  std::uint32_t failed;  // 1: the slot could not be made or cleared; step and error say why
  std::int32_t error;
  StepName step;
};

inline SlotReady slot_failed(std::string_view step, int error) {
  return {Message::slot_ready, 1, error, step_name(step)};
}

struct SlotClear {
  Message kind;
};

struct SlotSignal {
  Message kind;
  std::int32_t number;
};

struct SlotBegun {
  Message kind;
};

struct SlotGo {
  Message kind;
};

struct SlotExit {
  Message kind;
  std::uint32_t started;     // 0: refused at `step` with `error`
  std::int32_t wait_status;  // as from waitpid(2)
  std::int32_t error;
  StepName step;
  // Of the main process and the children it waited for, from wait4(2): all there is without cgroups.
  std::uint64_t cpu_us;
  std::uint64_t memory_peak_bytes;
};

// What a warm parent finds open beside its standard streams.
inline constexpr int warm_socket_number = 3;
inline constexpr int warm_library_number = 4;

using ImportNames = std::array<char, 2048>;  // each NUL-terminated, an empty one last

struct WarmPlan {
  Message kind;
  std::uint32_t groups_can_be_dropped;  // as in SlotPlan
  std::uint32_t limit_per_process;
  ImportNames imports;
  SlotFilter slot_filter;  // the parent's own, which runs inherit
  RunFilter run_filter;
};

struct WarmReady {
  Message kind;
};

struct WarmFork {
  Message kind;
  std::uint32_t cgroup_files;  // as in SlotStart
  std::uint32_t cgroup_born;
};
inline constexpr std::size_t warm_fork_fds = 3;  // before the cgroup files

}  // namespace code_exec::sandbox
