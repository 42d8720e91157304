// sandbox/host/slots.h - the slots of a host: made ahead, given one run at a time, watched, and thrown away
// when they did not end cleanly.
//
//   empty -> starting -> ready -> running -> clearing -> ready ...
//   any of them -> dying -> empty       killed; the kernel says when everything in it is gone
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sandbox/host/cgroup.h"
#include "sandbox/host/isolation.h"
#include "sandbox/host/poller.h"
#include "sandbox/host_client.h"
#include "sandbox/protocol.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {

// A run that was asked for, with its descriptors, before it has a slot.
struct PendingRun {
  RunRequest request;
  std::array<Fd, run_request_fds> fds;
};

// Who is told. Called from inside begin(), kill(), handle() and tick().
class SlotsListener {
 public:
  virtual ~SlotsListener() = default;
  // Exactly once for each run that began; `fds` holds the collected file, or nothing.
  virtual void run_ended(RunEnd& end, std::span<const int> fds) = 0;
  virtual void slot_ready() = 0;
  // The first slot could not be made: no other will be.
  virtual void no_slot_can_be_made() = 0;
};

RunEnd refusal(std::uint64_t run_id, const char* step, int error);

class Slots {
 public:
  // The references must outlive the slots. Without an isolation it is the one that the options name.
  Slots(const HostOptions& options, Poller& poller, SlotsListener& listener,
        std::unique_ptr<Isolation> isolation = nullptr)
      : options_(options), poller_(poller), listener_(listener), isolation_(std::move(isolation)) {}

  // Isolation, cgroups and filter; slots are started by tick().
  Result<void> prepare();
  // Gives the run to a ready slot. False: there is none, and `run` is as it was.
  bool begin(PendingRun& run);
  // False: no slot has that run.
  bool kill(std::uint64_t run_id, KillReason reason);
  void handle(Source source, std::size_t index);
  // Does what is due; call it before each wait.
  void tick();
  Monotonic::time_point next_deadline() const;
  std::uint32_t replaced() const { return replaced_; }
  // Kills everything and waits, within a bound, until the kernel has ended it.
  void shut_down();

 private:
  enum class State { empty, starting, ready, running, clearing, dying };

  struct ActiveRun {
    std::uint64_t id;
    WireLimits limits;
    bool collects;  // asked for a file
    Monotonic::time_point started_at;
    Monotonic::time_point wall_deadline;
    Monotonic::time_point next_look;  // at cpu time and, once told, at memory
    bool out_of_memory_told = false;  // the kernel may be about to kill for memory
    bool begun = true;  // false: the slot still makes what the program starts in; `wall_deadline` bounds that
  };

  struct Slot {
    State state = State::empty;
    std::unique_ptr<Cgroup> cgroup;
    Fd socket;
    // pidfds of its builder and, once that has said who it is, of its init; signals through them never reach
    // another process.
    Fd builder;
    Fd process;
    std::optional<ActiveRun> run;
    int runs = 0;
    int failures = 0;                // in a row
    Monotonic::time_point deadline;  // of starting, clearing or dying
    Monotonic::time_point retry_at;
  };

  std::size_t number_of(const Slot& slot) const { return static_cast<std::size_t>(&slot - slots_.data()); }
  Result<void> isolate();
  void check_time(Slot& slot, Monotonic::time_point now);
  std::chrono::microseconds until_next_look(std::chrono::microseconds left) const;
  void start(Slot& slot);
  void start_run(Slot& slot, PendingRun& pending);
  void start_clock(ActiveRun& run) const;
  void refuse(std::uint64_t run_id, const char* step, int error);
  void retry_later(Slot& slot);
  void on_message(Slot& slot);
  void on_born(Slot& slot, pid_t sender);
  void lose_unborn(Slot& slot, const char* step, int error);
  void on_ready(Slot& slot, const SlotReady& message);
  void on_begun(Slot& slot);
  void on_exit(Slot& slot, const SlotExit& message, const Received& received);
  void on_death(Slot& slot);
  // Nothing of it is left: it is made anew.
  void empty(Slot& slot);
  void on_out_of_memory(Slot& slot);
  RunEnd end_of(Slot& slot);
  void end_by_force(Slot& slot, EndedBy why, std::int32_t value = 0);
  void kill_slot(Slot& slot);
  // Throws the slot away, whatever state it is in. A run in it is refused.
  void discard(Slot& slot);

  const HostOptions& options_;
  Poller& poller_;
  SlotsListener& listener_;
  std::unique_ptr<CgroupTree> cgroups_;
  std::unique_ptr<Isolation> isolation_;
  std::vector<Slot> slots_;
  std::uint32_t replaced_ = 0;
  bool ever_ready_ = false;
};

}  // namespace code_exec::sandbox
