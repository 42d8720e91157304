#include "sandbox/host/host.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "base/log.h"
#include "sandbox/host/cage.h"
#include "sandbox/host/cgroup.h"
#include "sandbox/host/seccomp_filter.h"
#include "sandbox/host/slot_process.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

using Monotonic = std::chrono::steady_clock;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A slot is replaced after this many runs, so that nothing can pile up in it unseen.
constexpr int runs_per_slot_max = 500;
constexpr seconds start_bound{10};  // for a slot to be made
constexpr seconds dying_bound{
    5};  // for the kernel to end what was killed; then it is told, and waited for on
constexpr seconds clear_bound{5};  // for a slot to be cleared after a run
constexpr seconds send_bound{2};   // for the service to take an answer
constexpr milliseconds retry_first{50};
constexpr milliseconds retry_last{5000};
constexpr std::size_t requests_waiting_max = 1024;
// Limits outside these are not the service's to ask for, whatever its configuration says.
constexpr std::uint64_t ms_max = 24ULL * 3600 * 1000;
constexpr std::uint64_t bytes_max = 1ULL << 42;
constexpr std::uint32_t count_max = 1U << 24;

struct PendingRun {
  RunRequest request;
  std::array<Fd, run_request_fds> fds;
};

struct ActiveRun {
  std::uint64_t id;
  WireLimits limits;
  Monotonic::time_point started_at;
  Monotonic::time_point wall_deadline;
  Monotonic::time_point next_cpu_look;
};

// empty: to be started at retry_at. dying: killed, waiting for the kernel to say that all of it is gone.
enum class SlotState { empty, starting, ready, running, clearing, dying };

struct Slot {
  SlotState state = SlotState::empty;
  std::unique_ptr<Cgroup> cgroup;
  Fd socket;
  Fd process;  // pidfd of its init; signals through it never reach another process
  std::optional<ActiveRun> run;
  int runs = 0;
  int failures = 0;                // in a row
  Monotonic::time_point deadline;  // of starting or clearing
  Monotonic::time_point retry_at;
};

// What an epoll event is about: the kind in the upper half, the slot's number in the lower.
enum class Source : std::uint32_t { service, child, timer, slot_socket, slot_process, slot_memory };

void copy_step(StepName& to, const char* step) {
  to = {};
  std::strncpy(to.data(), step, to.size() - 1);
}

bool acceptable(const RunRequest& request) {
  const WireLimits& limits = request.limits;
  return request.kind == Message::run_request && request.version == protocol_version && limits.cpu_ms > 0 &&
         limits.cpu_ms <= ms_max && limits.wall_ms > 0 && limits.wall_ms <= ms_max &&
         limits.memory_bytes > 0 && limits.memory_bytes <= bytes_max && limits.disk_bytes > 0 &&
         limits.disk_bytes <= bytes_max && limits.processes > 0 && limits.processes <= count_max &&
         limits.files > 0 && limits.files <= count_max && request.collect.back() == '\0';
}

class Host {
 public:
  Host(const HostOptions& options, Fd service) : options_(options), service_(std::move(service)) {}

  // Everything that must be there before the first run.
  Result<void> prepare() {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
      return system_error(Errc::internal, "prctl", "PR_SET_CHILD_SUBREAPER", errno);
    const timeval bound{send_bound.count(), 0};
    if (setsockopt(service_.get(), SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound)) != 0)
      return system_error(Errc::internal, "setsockopt", "SO_SNDTIMEO", errno);
    auto filter = build_seccomp_filter();
    if (!filter) return filter.error();
    filter_ = std::move(*filter);
    if (options_.cgroups == CgroupUse::none) {
      cgroups_ = make_absent_cgroup_tree();
    } else {
      auto tree = open_cgroup_tree();
      if (!tree) return tree.error();
      cgroups_ = std::move(*tree);
    }
    auto cage = make_cage(options_.mounts);
    if (!cage) return cage.error();
    cage_ = std::move(*cage);
    if (auto watching = watch_all(); !watching) return watching;
    slots_.resize(options_.slots);
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      auto group = cgroups_->make_group(i);
      if (!group) return group.error();
      slots_[i].cgroup = std::move(*group);
      if (int event = slots_[i].cgroup->out_of_memory_event(); event >= 0)
        if (auto watched = watch(event, Source::slot_memory, i); !watched) return watched;
    }
    return ok();
  }

  int serve() {
    std::vector<epoll_event> events(8 + 3 * slots_.size());
    while (!stopping_) {
      tick();
      arm_timer();
      const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
      if (count < 0 && errno != EINTR) return 1;
      bool children = false;
      for (int i = 0; i < count; ++i) {
        const auto source = static_cast<Source>(events[static_cast<std::size_t>(i)].data.u64 >> 32);
        const auto index =
            static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64 & 0xffffffff);
        switch (source) {
          case Source::service:
            on_service();
            break;
          case Source::child:
            children = true;
            break;
          case Source::timer:
            drain_timer();
            break;
          case Source::slot_socket:
            on_slot_message(slots_[index]);
            break;
          case Source::slot_process:
            on_slot_death(slots_[index]);
            break;
          case Source::slot_memory:
            on_out_of_memory(slots_[index]);
            break;
        }
      }
      // Last: while a message's sender is not reaped, its pid cannot be another process.
      if (children) reap();
    }
    shut_down();
    return exit_code_;
  }

 private:
  Result<void> watch_all() {
    epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
    if (!epoll_) return system_error(Errc::internal, "epoll_create1", "", errno);
    timer_.reset(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!timer_) return system_error(Errc::internal, "timerfd_create", "", errno);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, nullptr);
    children_.reset(signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!children_) return system_error(Errc::internal, "signalfd", "", errno);
    if (auto watched = watch(service_.get(), Source::service); !watched) return watched;
    if (auto watched = watch(children_.get(), Source::child); !watched) return watched;
    return watch(timer_.get(), Source::timer);
  }

  Result<void> watch(int fd, Source source, std::size_t index = 0) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = static_cast<std::uint64_t>(source) << 32 | index;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return ok();
    return system_error(Errc::internal, "epoll_ctl", "", errno);
  }

  std::size_t number_of(const Slot& slot) const { return static_cast<std::size_t>(&slot - slots_.data()); }

  // --- time: everything that has a deadline is looked at here ---

  void tick() {
    const auto now = Monotonic::now();
    for (Slot& slot : slots_) {
      if (slot.state == SlotState::empty && slot.retry_at <= now) start(slot);
      if (slot.state == SlotState::running) check_time(slot, now);
      if ((slot.state == SlotState::starting || slot.state == SlotState::clearing) && slot.deadline <= now) {
        log::warn("slot too slow slot={} state={}", number_of(slot),
                  slot.state == SlotState::starting ? "starting" : "clearing");
        discard(slot);
      }
      if (slot.state == SlotState::dying && slot.deadline <= now) {
        log::error("slot cannot be killed slot={}", number_of(slot));
        slot.deadline = now + dying_bound;
      }
    }
  }

  void check_time(Slot& slot, Monotonic::time_point now) {
    ActiveRun& run = *slot.run;
    if (now >= run.wall_deadline) return end_by_force(slot, EndedBy::wall_limit);
    if (now < run.next_cpu_look) return;
    const microseconds used = slot.cgroup->cpu_used();
    const microseconds limit = milliseconds(run.limits.cpu_ms);
    if (used >= limit) return end_by_force(slot, EndedBy::cpu_limit);
    run.next_cpu_look = now + next_look(limit - used);
  }

  // All processors together cannot use up what is left sooner than this.
  microseconds next_look(microseconds left) const {
    return std::max<microseconds>(left / processors_, milliseconds(1));
  }

  void arm_timer() {
    auto next = Monotonic::time_point::max();
    for (const Slot& slot : slots_) {
      if (slot.state == SlotState::empty) next = std::min(next, slot.retry_at);
      if (slot.state == SlotState::starting || slot.state == SlotState::clearing ||
          slot.state == SlotState::dying)
        next = std::min(next, slot.deadline);
      if (slot.state == SlotState::running) {
        next = std::min(next, slot.run->wall_deadline);
        if (slot.cgroup->enforces()) next = std::min(next, slot.run->next_cpu_look);
      }
    }
    if (next == armed_for_) return;
    armed_for_ = next;
    itimerspec when{};
    if (next != Monotonic::time_point::max()) {
      const auto since =
          std::max<std::chrono::nanoseconds>(next.time_since_epoch(), std::chrono::nanoseconds(1));
      when.it_value.tv_sec = since.count() / 1'000'000'000;
      when.it_value.tv_nsec = since.count() % 1'000'000'000;
    }
    timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
  }

  void drain_timer() {
    std::uint64_t expirations = 0;
    (void)!read(timer_.get(), &expirations, sizeof(expirations));
    armed_for_ = {};
  }

  // --- the service ---

  void on_service() {
    union {
      Message kind;
      RunRequest run;
      KillRequest kill;
    } message{};
    Received received = receive_bytes(service_.get(), std::as_writable_bytes(std::span(&message, 1)));
    if (received.kind == Received::Kind::closed) {
      stopping_ = true;
      return;
    }
    if (received.kind != Received::Kind::message) return give_up("service connection broken");
    if (received.size == sizeof(RunRequest) && message.kind == Message::run_request) {
      on_run_request(message.run, received);
    } else if (received.size == sizeof(KillRequest) && message.kind == Message::kill_request) {
      on_kill_request(message.kill);
    } else {
      give_up("service sent nonsense");
    }
  }

  void on_run_request(const RunRequest& request, Received& received) {
    if (!acceptable(request)) return send_refusal(request.run_id, "request", EINVAL);
    if (received.fds_count != run_request_fds) return send_refusal(request.run_id, "descriptors", EMFILE);
    if (waiting_.size() >= requests_waiting_max) return send_refusal(request.run_id, "request queue", EAGAIN);
    PendingRun pending{request, {}};
    for (std::size_t i = 0; i < run_request_fds; ++i) pending.fds[i] = std::move(received.fds[i]);
    waiting_.push_back(std::move(pending));
    dispatch();
  }

  void on_kill_request(const KillRequest& request) {
    for (Slot& slot : slots_) {
      if (slot.state == SlotState::running && slot.run->id == request.run_id)
        return end_by_force(slot, EndedBy::killed, static_cast<std::int32_t>(request.reason));
    }
    auto pending = std::find_if(waiting_.begin(), waiting_.end(),
                                [&](const PendingRun& run) { return run.request.run_id == request.run_id; });
    if (pending == waiting_.end()) return;  // it has ended meanwhile; its RunEnd is on the way
    waiting_.erase(pending);
    RunEnd end{};
    end.run_id = request.run_id;
    end.ended_by = EndedBy::killed;
    end.value = static_cast<std::int32_t>(request.reason);
    send_end(end);
  }

  void send_end(RunEnd& end, std::span<const int> fds = {}) {
    end.kind = Message::run_end;
    end.slots_replaced = replaced_;
    // A service that does not read its answers for send_bound is lost, and the host ends with it.
    if (send_message(service_.get(), end, fds) != 0) give_up("service does not take its answers");
  }

  void send_refusal(std::uint64_t run_id, const char* step, int error) {
    RunEnd end{};
    end.run_id = run_id;
    end.ended_by = EndedBy::refused;
    end.value = error;
    copy_step(end.step, step);
    send_end(end);
  }

  // Ends this host for a reason of its own: the launcher starts another.
  void give_up(const char* why) {
    if (!stopping_) log::error("sandbox host gives up why={}", why);
    exit_code_ = host_exit_restart;
    stopping_ = true;
  }

  // --- runs ---

  void dispatch() {
    while (!waiting_.empty()) {
      auto ready = std::find_if(slots_.begin(), slots_.end(),
                                [](const Slot& slot) { return slot.state == SlotState::ready; });
      if (ready == slots_.end()) return;
      PendingRun pending = std::move(waiting_.front());
      waiting_.pop_front();
      start_run(*ready, pending);
    }
  }

  void start_run(Slot& slot, PendingRun& pending) {
    const WireLimits& limits = pending.request.limits;
    if (auto prepared = slot.cgroup->prepare(limits); !prepared) {
      log::error("limits cannot be applied slot={} error={}", number_of(slot), prepared.error().detail);
      send_refusal(pending.request.run_id, "cgroup limits", EIO);
      return discard(slot);
    }
    SlotStart start{};
    start.kind = Message::slot_start;
    start.limits = limits;
    start.collect = pending.request.collect;
    std::vector<int> fds;
    for (const Fd& fd : pending.fds) fds.push_back(fd.get());
    const std::vector<int> join = slot.cgroup->join_files();
    fds.insert(fds.end(), join.begin(), join.end());
    start.cgroup_files = static_cast<std::uint32_t>(join.size());

    const auto now = Monotonic::now();
    slot.run = ActiveRun{pending.request.run_id, limits, now, now + milliseconds(limits.wall_ms),
                         now + next_look(milliseconds(limits.cpu_ms))};
    slot.state = SlotState::running;
    ++slot.runs;
    if (int error = send_message(slot.socket.get(), start, fds)) {
      send_refusal(slot.run->id, "slot", error);
      discard(slot);
    }
  }

  RunEnd end_of(Slot& slot) {
    const CgroupUsage usage = slot.cgroup->usage();
    RunEnd end{};
    end.run_id = slot.run->id;
    end.cpu_us = static_cast<std::uint64_t>(usage.cpu.count());
    end.wall_us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<microseconds>(Monotonic::now() - slot.run->started_at).count());
    end.memory_peak_bytes = usage.memory_peak_bytes;
    if (usage.out_of_memory) end.ended_by = EndedBy::memory_limit;
    return end;
  }

  // The answer goes out at once; that everything in the slot is dead takes as long as it takes.
  void end_by_force(Slot& slot, EndedBy why, std::int32_t value = 0) {
    RunEnd end = end_of(slot);
    end.ended_by = why;
    end.value = value;
    kill_slot(slot);
    send_end(end);
  }

  void on_out_of_memory(Slot& slot) {
    if (slot.state != SlotState::running || !slot.cgroup->usage().out_of_memory) {
      std::uint64_t count = 0;
      (void)!read(slot.cgroup->out_of_memory_event(), &count, sizeof(count));
      return;
    }
    // v1 kills one process; the run is over as a whole.
    end_by_force(slot, EndedBy::memory_limit);
  }

  void on_exit(Slot& slot, SlotExit& message, Received& received) {
    RunEnd end = end_of(slot);
    if (!slot.cgroup->enforces()) {
      end.cpu_us = message.cpu_us;
      end.memory_peak_bytes = message.memory_peak_bytes;
    }
    const bool over_cpu = end.cpu_us > slot.run->limits.cpu_ms * 1000;
    if (!message.started && end.ended_by != EndedBy::memory_limit) {
      end.ended_by = EndedBy::refused;
      end.value = message.error;
      message.step.back() = '\0';
      end.step = message.step;
    } else if (end.ended_by == EndedBy::memory_limit) {
      // decided by end_of
    } else if (over_cpu) {
      end.ended_by = EndedBy::cpu_limit;
    } else if (WIFSIGNALED(message.wait_status)) {
      end.ended_by = EndedBy::signal;
      end.value = WTERMSIG(message.wait_status);
    } else {
      end.ended_by = EndedBy::exit;
      end.value = WEXITSTATUS(message.wait_status);
    }
    const bool collected = end.ended_by == EndedBy::exit && received.fds_count == 1;
    const int file = collected ? received.fds[0].get() : -1;
    const bool clean = end.ended_by == EndedBy::exit || end.ended_by == EndedBy::signal;
    slot.run.reset();
    slot.state = SlotState::clearing;
    slot.deadline = Monotonic::now() + clear_bound;
    if (!clean || slot.runs >= runs_per_slot_max) discard(slot);
    send_end(end, collected ? std::span(&file, 1) : std::span<const int>());
  }

  // --- slots ---

  void start(Slot& slot) {
    const WireLimits usual{0, 0, 0, options_.usual_limits.disk_bytes, 0, options_.usual_limits.files};
    auto socket = start_slot(cage_, number_of(slot), usual, !slot.cgroup->enforces(), filter_);
    if (!socket) {
      log::error("slot not started slot={} error={}", number_of(slot), socket.error().detail);
      return retry_later(slot);
    }
    slot.socket = std::move(*socket);
    slot.state = SlotState::starting;
    slot.deadline = Monotonic::now() + start_bound;
    slot.runs = 0;
    if (!watch(slot.socket.get(), Source::slot_socket, number_of(slot))) discard(slot);
  }

  void retry_later(Slot& slot) {
    if (!ever_ready_) {  // a host on which no slot was ever made will not make one later
      exit_code_ = host_exit_cannot;
      stopping_ = true;
    }
    slot.state = SlotState::empty;
    const auto delay = retry_first * (1 << std::min(slot.failures, 7));
    ++slot.failures;
    slot.retry_at = Monotonic::now() + std::min<milliseconds>(delay, retry_last);
  }

  void on_slot_message(Slot& slot) {
    if (!slot.socket) return;  // gone since the event was reported
    union {
      Message kind;
      SlotReady ready;
      SlotExit exit;
    } message{};
    Received received = receive_bytes(slot.socket.get(), std::as_writable_bytes(std::span(&message, 1)));
    if (received.kind == Received::Kind::would_block) return;  // an event of the socket before this one
    const bool is_message = received.kind == Received::Kind::message;
    if (is_message && received.size == sizeof(SlotReady) && message.kind == Message::slot_ready &&
        (slot.state == SlotState::starting || slot.state == SlotState::clearing))
      return on_ready(slot, message.ready, received.sender);
    if (is_message && received.size == sizeof(SlotExit) && message.kind == Message::slot_exit &&
        slot.state == SlotState::running)
      return on_exit(slot, message.exit, received);
    if (slot.state == SlotState::dying) {
      forget(slot.socket);  // whatever it still says is not heard; its death is what we wait for
      return;
    }
    log::error("slot answered nonsense or closed slot={}", number_of(slot));
    discard(slot);
  }

  void on_ready(Slot& slot, SlotReady& message, pid_t sender) {
    if (message.failed) {
      message.step.back() = '\0';
      // Closed connections of the run that linger in the slot's network are usual; the rest is not.
      if (std::strcmp(message.step.data(), "network") != 0)
        log::error("slot not usable slot={} step={} error={}", number_of(slot),
                   log::quoted(message.step.data()),
                   strerrordesc_np(message.error) ? strerrordesc_np(message.error) : "unknown");
      return discard(slot);
    }
    if (!slot.process) {
      slot.process.reset(static_cast<int>(syscall(SYS_pidfd_open, sender, 0)));
      if (!slot.process || !watch(slot.process.get(), Source::slot_process, number_of(slot)))
        return discard(slot);
    }
    slot.state = SlotState::ready;
    if (slot.runs > 0) slot.failures = 0;
    // By now the slots of a host before us are gone, and their groups can go.
    if (!ever_ready_) cgroups_->remove_leftovers();
    ever_ready_ = true;
    dispatch();
  }

  void kill_slot(Slot& slot) {
    slot.run.reset();
    ++replaced_;
    if (!slot.process) {  // it never said who it is: without its socket it ends by itself
      forget(slot.socket);
      return retry_later(slot);
    }
    slot.state = SlotState::dying;
    slot.deadline = Monotonic::now() + dying_bound;
    syscall(SYS_pidfd_send_signal, slot.process.get(), SIGKILL, nullptr, 0);
  }

  // Throws the slot away, whatever state it is in. A run in it was answered or is refused here.
  void discard(Slot& slot) {
    if (slot.state == SlotState::dying) return;
    if (slot.run) send_refusal(slot.run->id, "slot died", ECHILD);
    kill_slot(slot);
  }

  // The init of a pid namespace ends only after everything in it is gone.
  void on_slot_death(Slot& slot) {
    if (!slot.process) return;
    if (slot.state != SlotState::dying) {
      if (slot.state == SlotState::running || slot.state == SlotState::ready)
        log::error("slot died slot={}", number_of(slot));
      discard(slot);
    }
    forget(slot.process);
    forget(slot.socket);
    if (slot.runs == 0) return retry_later(slot);  // it was of no use: not at once again
    slot.state = SlotState::empty;
    slot.retry_at = Monotonic::now();
  }

  // A child that was just forked may still hold a copy, so closing alone would not end the events.
  void forget(Fd& fd) {
    if (fd) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd.get(), nullptr);
    fd.reset();
  }

  void reap() {
    signalfd_siginfo ignored{};
    while (read(children_.get(), &ignored, sizeof(ignored)) > 0) {
    }
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  }

  void shut_down() {
    for (Slot& slot : slots_) {
      if (slot.process) syscall(SYS_pidfd_send_signal, slot.process.get(), SIGKILL, nullptr, 0);
      slot.socket.reset();
    }
    // Groups can be removed only when nobody is in them; but what the kernel cannot kill is not waited for.
    const auto deadline = Monotonic::now() + dying_bound;
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    while (true) {
      const pid_t ended = waitpid(-1, nullptr, WNOHANG);
      if (ended > 0) continue;
      if (ended < 0 || Monotonic::now() >= deadline) return;
      constexpr timespec look_again{0, 50'000'000};
      sigtimedwait(&child, nullptr, &look_again);
    }
  }

  HostOptions options_;
  Fd service_;
  Fd epoll_, timer_, children_;
  std::vector<sock_filter> filter_;
  std::unique_ptr<CgroupTree> cgroups_;
  Cage cage_;
  std::vector<Slot> slots_;
  std::deque<PendingRun> waiting_;
  Monotonic::time_point armed_for_{};
  const long processors_ = std::max(1L, sysconf(_SC_NPROCESSORS_ONLN));
  std::uint32_t replaced_ = 0;
  bool ever_ready_ = false;
  bool stopping_ = false;
  int exit_code_ = 0;
};

}  // namespace

int run_host(const HostOptions& options, Fd service) {
  // Its own session: Ctrl-C at the terminal is for the service, which ends us when it has drained.
  setsid();
  Host host(options, std::move(service));
  if (auto prepared = host.prepare(); !prepared) {
    log::error("sandbox cannot be made error={}", prepared.error().detail);
    return 1;
  }
  return host.serve();
}

}  // namespace code_exec::sandbox
