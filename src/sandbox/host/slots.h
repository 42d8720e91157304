// sandbox/host/slots.h - the slots of a host: made ahead, given one run at a time, watched, and thrown away
// when they did not end cleanly.
//
//   empty -> starting -> ready -> running -> clearing -> ready ...
//                        ready -> warming -> ready     a warm run was forked into it, and waits there
//                        ready -> cooling -> clearing  it was not what was wanted, and is killed
//   any of them -> dying -> empty       killed; the kernel says when everything in it is gone
//
// A run that is to be forked gets a slot in which one of its parent waits, if there is one.
#pragma once

#include <sys/resource.h>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sandbox/host/cgroup.h"
#include "sandbox/host/isolation.h"
#include "sandbox/host/poller.h"
#include "sandbox/host/warm_parents.h"
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
  // The slot that it was given to could not begin it: it is to be given to another.
  virtual void run_not_begun(PendingRun run) = 0;
  // The first slot could not be made: no other will be.
  virtual void no_slot_can_be_made() = 0;
};

RunEnd refusal(std::uint64_t run_id, const char* step, int error);

// With what a SlotStart or a WarmFork has the run join its group.
template <class Message>
void add_join_files(const Cgroup& group, Message& message, std::vector<int>& fds) {
  const std::vector<int> join = group.join_files();
  fds.insert(fds.end(), join.begin(), join.end());
  message.cgroup_files = static_cast<std::uint32_t>(join.size());
  message.cgroup_born = !join.empty() && group.is_born_into() ? 1 : 0;
}

class Slots {
 public:
  // The references must outlive the slots. Without an isolation it is the one that the options name.
  Slots(const HostOptions& options, Poller& poller, SlotsListener& listener,
        std::unique_ptr<Isolation> isolation = nullptr)
      : options_(options),
        poller_(poller),
        listener_(listener),
        isolation_(std::move(isolation)),
        warm_parents_(options, poller) {}

  // Isolation, cgroups and filter; slots are started by tick().
  Result<void> prepare();
  // Gives the run to a ready slot. False: there is none, and `run` is as it was.
  bool begin(PendingRun& run);
  // False: no slot has that run.
  bool kill(std::uint64_t run_id, KillReason reason);
  // To the main process of the run, if it goes on.
  void signal(std::uint64_t run_id, int number);
  void handle(Source source, std::size_t index);
  // A child of the host's was reaped: a warm run, or another that is no longer of interest.
  void on_child_end(pid_t pid, int wait_status, const rusage& used);
  // A child of the host's was stopped or continued.
  void on_child_signal(pid_t pid);
  // Whether the process is a program's.
  bool is_running(pid_t pid) const;
  // Does what is due; call it before each wait.
  void tick();
  Monotonic::time_point next_deadline() const;
  std::uint32_t replaced() const { return replaced_; }
  // Kills everything and waits, within a bound, until the kernel has ended it.
  void shut_down();

 private:
  static constexpr std::chrono::seconds clear_bound{5};  // for a slot to be cleared after a run

  enum class State { empty, starting, ready, warming, cooling, running, clearing, dying };

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

  // A process that was forked for a run, which it waits for or is.
  struct WarmRun {
    std::uint32_t parent;
    Fd socket;
    std::uint64_t life = 0;  // of the parent
    pid_t pid = -1;          // our child: not another's until we have reaped it
    Fd process;              // its pidfd
    int signals = 0;         // that told of its being stopped or continued
  };

  struct Slot {
    State state = State::empty;
    std::unique_ptr<Cgroup> cgroup;
    Fd socket;
    // pidfds of its builder and, once that has said who it is, of its init; signals through them never reach
    // another process.
    Fd builder;
    Fd process;
    Fd user_namespace;  // of its programs, from its init: what warm runs enter
    std::optional<WarmRun> warm;
    std::uint32_t last_parent = 0;      // of the latest run here, or what is most likely to be the first
    std::optional<PendingRun> pending;  // was given the slot, which is not yet as it needs it
    std::optional<ActiveRun> run;
    int runs = 0;
    int failures = 0;                // in a row
    Monotonic::time_point deadline;  // of starting, clearing or dying
    Monotonic::time_point retry_at;
  };

  std::size_t number_of(const Slot& slot) const { return static_cast<std::size_t>(&slot - slots_.data()); }
  Result<void> isolate();
  static const char* name_of_wait(State state);
  void check_time(Slot& slot, Monotonic::time_point now);
  std::chrono::microseconds until_next_look(std::chrono::microseconds left) const;
  void start(Slot& slot);
  // The parent that may fork it; 0: none.
  std::uint32_t parent_for(const RunRequest& request) const;
  Slot* choose(std::uint32_t parent);
  // Gives `run` a slot that is ready.
  void give(Slot& slot, PendingRun& run, std::uint32_t parent);
  void fork_into(Slot& slot, std::uint32_t parent);
  void fork_ahead(Slot& slot);
  void cool(Slot& slot);
  void clear(Slot& slot);
  void on_warm(Slot& slot);
  void start_warm_run(Slot& slot, PendingRun& pending);
  ActiveRun& new_run(Slot& slot, const RunRequest& request);
  void start_run(Slot& slot, PendingRun& pending);
  void start_clock(ActiveRun& run) const;
  void refuse(std::uint64_t run_id, const char* step, int error);
  void retry_later(Slot& slot);
  void on_message(Slot& slot);
  void on_born(Slot& slot, pid_t sender);
  void lose_unborn(Slot& slot, const char* step, int error);
  void on_ready(Slot& slot, const SlotReady& message);
  void become_ready(Slot& slot);
  void on_begun(Slot& slot);
  void on_exit(Slot& slot, const SlotExit& message, const Received& received);
  void on_warm_exit(Slot& slot, int wait_status, const rusage& used);
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
  WarmParents warm_parents_;
  std::vector<Slot> slots_;
  std::uint32_t replaced_ = 0;
  bool ever_ready_ = false;
};

}  // namespace code_exec::sandbox
