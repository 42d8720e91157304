#include "sandbox/host/slots.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "sandbox/host/child_process.h"
#include "sandbox/host/messages.h"
#include "sandbox/host/seccomp_filter.h"
#include "sandbox/oci/oci_isolation.h"
#include "sandbox/slot/aftermath.h"
#include "sandbox/wire_limits.h"

namespace code_exec::sandbox {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A slot is replaced after this many runs, so that nothing can pile up in it unseen.
constexpr int runs_per_slot_max = 500;
constexpr seconds start_bound{10};  // for a slot to be made
constexpr seconds begin_bound{20};  // for a container to be started, where the machine is busy
// What a container may take to start, beside the run's limits.
constexpr std::uint64_t begin_memory_bytes = 256 << 20;
constexpr std::uint32_t begin_processes = 256;
constexpr seconds dying_bound{
    5};  // for the kernel to end what was killed; then it is told, and waited for on
constexpr milliseconds memory_look{5};
constexpr milliseconds retry_first{50};
constexpr milliseconds retry_last{5000};

// While no slot was ever ready, one that dies or hangs is tried again this often before none is thought
// possible. One that says what it lacks is believed at once.
constexpr int first_slot_retries_max = 4;

long processors() {
  static const long count = std::max(1L, sysconf(_SC_NPROCESSORS_ONLN));
  return count;
}

}  // namespace

RunEnd refusal(std::uint64_t run_id, const char* step, int error) {
  RunEnd end{};
  end.run_id = run_id;
  end.ended_by = EndedBy::refused;
  end.value = error;
  end.step = step_name(step);
  return end;
}

Result<void> Slots::prepare() {
  if (options_.cgroups == CgroupUse::none) {
    cgroups_ = make_absent_cgroup_tree();
  } else {
    auto tree = open_cgroup_tree();
    if (!tree) return tree.error();
    cgroups_ = std::move(*tree);
  }
  if (auto isolated = isolate(); !isolated) return isolated;
  warm_parents_.prepare(*isolation_);
  slots_.resize(options_.slots);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    auto group = cgroups_->make_group(i);
    if (!group) return group.error();
    slots_[i].cgroup = std::move(*group);
    slots_[i].last_parent = warm_parents_.first_that_forks();
    if (int event = slots_[i].cgroup->out_of_memory_event(); event >= 0)
      if (auto watched = poller_.watch(event, Source::slot_memory, i); !watched) return watched;
  }
  return ok();
}

Result<void> Slots::isolate() {
  if (isolation_) return ok();
  auto filters = build_seccomp_filters();
  if (!filters) return filters.error();
  auto made = options_.oci_runtime.empty() ? make_cage_isolation(options_, *filters)
                                           : make_oci_isolation(options_, *cgroups_, std::move(*filters));
  if (!made) return made.error();
  isolation_ = std::move(*made);
  return ok();
}

bool Slots::begin(PendingRun& run) {
  const std::uint32_t parent = parent_for(run.request);
  Slot* slot = choose(parent);
  if (!slot) return false;
  give(*slot, run, parent);
  return true;
}

// Its work area is made for the usual limits, and there is nobody in it who could bring a file back.
std::uint32_t Slots::parent_for(const RunRequest& request) const {
  const bool usual_area = request.limits.disk_bytes == options_.usual_limits.disk_bytes &&
                          request.limits.files == options_.usual_limits.files;
  if (!usual_area || request.collect[0] != '\0' || !warm_parents_.is_ready(request.warm_parent)) return 0;
  return request.warm_parent;
}

// What suits it best: a slot in which the very run waits, then an empty one.
Slots::Slot* Slots::choose(std::uint32_t parent) {
  Slot* chosen = nullptr;
  for (Slot& slot : slots_) {
    if (slot.state != State::ready) continue;
    if (slot.warm && slot.warm->parent == parent) return &slot;
    if (!chosen || (chosen->warm && !slot.warm)) chosen = &slot;
  }
  return chosen;
}

bool Slots::kill(std::uint64_t run_id, KillReason reason) {
  for (Slot& slot : slots_) {
    if (slot.pending && slot.pending->request.run_id == run_id) {
      RunEnd end{};
      end.run_id = run_id;
      end.ended_by = EndedBy::killed;
      end.value = static_cast<std::int32_t>(reason);
      slot.pending.reset();
      listener_.run_ended(end, {});
      return true;
    }
    if (slot.state != State::running || slot.run->id != run_id) continue;
    end_by_force(slot, EndedBy::killed, static_cast<std::int32_t>(reason));
    return true;
  }
  return false;
}

void Slots::signal(std::uint64_t run_id, int number) {
  for (Slot& slot : slots_) {
    if (slot.state != State::running || slot.run->id != run_id) continue;
    if (slot.warm) {
      send_signal(slot.warm->process, number);
    } else if (options_.oci_runtime.empty()) {  // a keeper has no say over what its runtime started
      (void)send_message(slot.socket.get(), SlotSignal{Message::slot_signal, number});
    }
  }
}

void Slots::handle(Source source, std::size_t index) {
  if (source == Source::warm_parent) {
    warm_parents_.handle(index);
    for (Slot& slot : slots_) fork_ahead(slot);  // for those that were ready before it
    return;
  }
  Slot& slot = slots_[index];
  if (source == Source::slot_socket) return on_message(slot);
  if (source == Source::slot_process) return on_death(slot);
  if (source == Source::slot_memory) return on_out_of_memory(slot);
  if (source == Source::slot_run) return on_warm(slot);
}

Monotonic::time_point Slots::next_deadline() const {
  auto next = warm_parents_.next_deadline();
  for (const Slot& slot : slots_) {
    if (slot.state == State::empty) next = std::min(next, slot.retry_at);
    if (slot.state != State::empty && slot.state != State::ready && slot.state != State::running)
      next = std::min(next, slot.deadline);
    if (slot.state != State::running) continue;
    next = std::min(next, slot.run->wall_deadline);
    if (slot.cgroup->enforces()) next = std::min(next, slot.run->next_look);
  }
  return next;
}

void Slots::refuse(std::uint64_t run_id, const char* step, int error) {
  RunEnd end = refusal(run_id, step, error);
  listener_.run_ended(end, {});
}

void Slots::tick() {
  const auto now = Monotonic::now();
  warm_parents_.tick();
  for (Slot& slot : slots_) {
    if (slot.state == State::empty && slot.retry_at <= now) start(slot);
    if (slot.state == State::running) check_time(slot, now);
    if (const char* state = name_of_wait(slot.state); state && slot.deadline <= now) {
      log::warn("slot too slow slot={} state={}", number_of(slot), state);
      if (slot.state == State::warming) warm_parents_.distrust(slot.warm->parent, slot.warm->life);
      discard(slot);
    }
    if (slot.state == State::dying && slot.deadline <= now) {
      log::error("slot cannot be killed slot={}", number_of(slot));
      slot.deadline = now + dying_bound;
    }
  }
}

// Of a state that must be over by the slot's deadline.
const char* Slots::name_of_wait(State state) {
  switch (state) {
    case State::starting:
      return "starting";
    case State::warming:
      return "warming";
    case State::cooling:
      return "cooling";
    case State::clearing:
      return "clearing";
    default:
      return nullptr;
  }
}

void Slots::check_time(Slot& slot, Monotonic::time_point now) {
  ActiveRun& run = *slot.run;
  const bool wall_over = now >= run.wall_deadline;
  if (wall_over && !run.begun) {
    log::warn("container too slow to start slot={}", number_of(slot));
    return discard(slot);
  }
  if (!wall_over && now < run.next_look) return;
  if (run.out_of_memory_told && slot.cgroup->usage().out_of_memory)
    return end_by_force(slot, EndedBy::memory_limit);
  const microseconds used = slot.cgroup->cpu_used();
  // A warm run was in its group before it was a job's.
  if (wall_over && used == microseconds::zero() && slot.cgroup->enforces() && !slot.warm) {
    // Nobody ever joined the group: the slot hangs, which is not the program's doing.
    log::error("slot does not start its run slot={}", number_of(slot));
    return discard(slot);
  }
  if (wall_over) return end_by_force(slot, EndedBy::wall_limit);
  const microseconds limit = milliseconds(run.limits.cpu_ms);
  if (used >= limit) return end_by_force(slot, EndedBy::cpu_limit);
  microseconds wait = until_next_look(limit - used);
  if (run.out_of_memory_told) wait = std::min<microseconds>(wait, memory_look);
  run.next_look = now + wait;
}

// All processors together cannot use up what is left sooner than this.
std::chrono::microseconds Slots::until_next_look(microseconds left) const {
  return std::max<microseconds>(left / processors(), milliseconds(1));
}

void Slots::start(Slot& slot) {
  auto started = isolation_->start_slot(number_of(slot));
  if (!started) {
    log::error("slot not started slot={} error={}", number_of(slot), started.error().detail);
    if (!ever_ready_) listener_.no_slot_can_be_made();
    return retry_later(slot);
  }
  slot.socket = std::move(started->socket);
  slot.builder = std::move(started->builder);
  slot.state = State::starting;
  slot.deadline = Monotonic::now() + start_bound;
  slot.runs = 0;
  if (poller_.watch(slot.socket.get(), Source::slot_socket, number_of(slot))) return;
  end_process(slot.builder);  // its end cannot be waited for: without the socket its init ends too
  slot.socket.reset();
  slot.builder.reset();
  retry_later(slot);
}

void Slots::start_run(Slot& slot, PendingRun& pending) {
  const WireLimits& wanted = pending.request.limits;
  WireLimits limits = wanted;
  if (isolation_->starts_with_others()) {
    limits.memory_bytes += begin_memory_bytes;
    limits.processes += begin_processes;
  }
  if (auto prepared = slot.cgroup->prepare(limits); !prepared) {
    log::error("limits cannot be applied slot={} error={}", number_of(slot), prepared.error().detail);
    refuse(pending.request.run_id, "cgroup limits", EIO);
    return discard(slot);
  }
  SlotStart start{};
  start.kind = Message::slot_start;
  start.limits = wanted;
  start.collect = pending.request.collect;
  std::vector<int> fds;
  for (const Fd& fd : pending.fds) fds.push_back(fd.get());
  // Where others start first, the runtime puts the program into the group.
  if (!isolation_->starts_with_others()) add_join_files(*slot.cgroup, start, fds);

  ActiveRun& run = new_run(slot, pending.request);
  if (isolation_->starts_with_others()) {
    run.begun = false;
    run.wall_deadline = run.started_at + begin_bound;
    run.next_look = Monotonic::time_point::max();
  }
  if (int error = send_message(slot.socket.get(), start, fds)) {
    log::error("slot does not take its run slot={} error={}", number_of(slot), strerrordesc_np(error));
    discard(slot);
  }
}

Slots::ActiveRun& Slots::new_run(Slot& slot, const RunRequest& request) {
  slot.run =
      ActiveRun{.id = request.run_id, .limits = request.limits, .collects = request.collect[0] != '\0'};
  start_clock(*slot.run);
  slot.state = State::running;
  ++slot.runs;
  return *slot.run;
}

void Slots::start_clock(ActiveRun& run) const {
  run.started_at = Monotonic::now();
  run.wall_deadline = run.started_at + milliseconds(run.limits.wall_ms);
  run.next_look = run.started_at + until_next_look(milliseconds(run.limits.cpu_ms));
}

void Slots::retry_later(Slot& slot) {
  if (!ever_ready_ && slot.failures == first_slot_retries_max) listener_.no_slot_can_be_made();
  slot.state = State::empty;
  const auto delay = retry_first * (1 << std::min(slot.failures, 7));
  ++slot.failures;
  slot.retry_at = Monotonic::now() + std::min<milliseconds>(delay, retry_last);
}

void Slots::on_message(Slot& slot) {
  if (!slot.socket) return;  // gone since the event was reported
  std::array<std::byte, init_message_max> buffer;
  Received received = receive_bytes(slot.socket.get(), buffer);
  if (received.kind == Received::Kind::would_block) return;  // an event of the socket before this one
  const bool is_message = received.kind == Received::Kind::message;
  const auto bytes = std::span<const std::byte>(buffer).first(is_message ? received.size : 0);
  const bool is_unborn = !slot.process && (slot.state == State::starting || slot.state == State::dying);
  if (is_unborn && read_slot_born(bytes, received.fds_count)) return on_born(slot, received.sender);
  if (slot.state == State::dying) {
    // Whatever it still says is not heard: its death is what we wait for, and without a process the socket's
    // end is its death.
    if (slot.process) return poller_.forget(slot.socket);
    if (received.kind == Received::Kind::closed) empty(slot);
    return;
  }
  if (slot.state == State::starting || slot.state == State::clearing) {
    const bool is_new = slot.state == State::starting;
    const auto ready = read_slot_ready(bytes, received.fds_count, is_new);
    if (ready && is_new) slot.user_namespace = std::move(received.fds[0]);
    if (ready && (ready->failed || slot.process)) return on_ready(slot, *ready);
  }
  // A slot for one run alone is cleared by ending.
  if (slot.state == State::clearing && received.kind == Received::Kind::closed)
    return poller_.forget(slot.socket);
  if (slot.state == State::running && !slot.run->begun && read_slot_begun(bytes, received.fds_count))
    return on_begun(slot);
  if (slot.state == State::running && !slot.warm)
    if (auto exit = read_slot_exit(bytes, received.fds_count, slot.run->collects))
      return on_exit(slot, *exit, received);
  log::error("slot answered nonsense or closed slot={}", number_of(slot));
  discard(slot);
}

void Slots::on_born(Slot& slot, pid_t sender) {
  ChildState state{};
  Fd process = open_child(sender, state);
  if (!process) return lose_unborn(slot, "pidfd_open", errno);
  if (state == ChildState::not_ours) return discard(slot);
  if (slot.state == State::dying) end_process(process);
  // Without CAP_KILL nothing in it could be stopped, so nothing is started.
  if (syscall(SYS_pidfd_send_signal, process.get(), 0, nullptr, 0) != 0) {
    if (!ever_ready_) listener_.no_slot_can_be_made();
    return lose_unborn(slot, "signal", errno);
  }
  if (auto watched = poller_.watch(process.get(), Source::slot_process, number_of(slot)); !watched) {
    end_process(process);
    return lose_unborn(slot, "watch", ENOSPC);
  }
  slot.process = std::move(process);
  slot.builder.reset();
}

// An init that cannot be killed, or not be told apart from others. Nothing has run in it, and without its
// socket it ends by itself.
void Slots::lose_unborn(Slot& slot, const char* step, int error) {
  log::error("slot not usable slot={} step={} error={}", number_of(slot), step, strerrordesc_np(error));
  empty(slot);
}

void Slots::on_ready(Slot& slot, const SlotReady& message) {
  if (message.failed) {
    // Closed connections of the run that linger in the slot's network are usual; the rest is not.
    if (std::strcmp(message.step.data(), "network") != 0)
      log::error("slot not usable slot={} step={} error={}", number_of(slot),
                 log::quoted(message.step.data()),
                 strerrordesc_np(message.error) ? strerrordesc_np(message.error) : "unknown");
    if (!ever_ready_) listener_.no_slot_can_be_made();
    return discard(slot);
  }
  slot.cgroup->renew();
  if (slot.runs > 0) slot.failures = 0;
  // By now the slots of a host before us are gone, and their groups can go.
  if (!ever_ready_) cgroups_->remove_leftovers();
  ever_ready_ = true;
  become_ready(slot);
}

void Slots::on_begun(Slot& slot) {
  if (auto counted = slot.cgroup->count_from_now(slot.run->limits); !counted) {
    log::error("limits cannot be applied slot={} error={}", number_of(slot), counted.error().detail);
    return discard(slot);
  }
  slot.run->begun = true;
  start_clock(*slot.run);
  if (int error = send_message(slot.socket.get(), SlotGo{Message::slot_go})) {
    log::error("slot does not take its run slot={} error={}", number_of(slot), strerrordesc_np(error));
    discard(slot);
  }
}

void Slots::on_exit(Slot& slot, const SlotExit& message, const Received& received) {
  RunEnd end = end_of(slot);
  if (!slot.cgroup->enforces()) end.cpu_us = message.cpu_us;
  if (end.memory_peak_bytes == 0) end.memory_peak_bytes = message.memory_peak_bytes;
  const bool over_cpu = end.cpu_us > slot.run->limits.cpu_ms * 1000;
  if (!slot.run->begun && message.started) {
    log::error("slot ended a run that had not begun slot={}", number_of(slot));
    return discard(slot);
  }
  if (!message.started && end.ended_by != EndedBy::memory_limit) {
    end.ended_by = EndedBy::refused;
    end.value = message.error;
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
  slot.state = State::clearing;
  slot.deadline = Monotonic::now() + clear_bound;
  if (!clean || slot.runs >= runs_per_slot_max) discard(slot);
  listener_.run_ended(end, collected ? std::span(&file, 1) : std::span<const int>());
}

// The init of a pid namespace ends only after everything in it is gone.
void Slots::on_death(Slot& slot) {
  if (!slot.process) return;
  const bool was_asked_to_end = slot.state == State::clearing && !slot.pending;
  if (slot.state != State::dying && !was_asked_to_end) {
    if (slot.state != State::starting) log::error("slot died slot={}", number_of(slot));
    discard(slot);
  }
  empty(slot);
}

void Slots::empty(Slot& slot) {
  poller_.forget(slot.process);
  poller_.forget(slot.socket);
  slot.builder.reset();
  slot.user_namespace.reset();
  if (slot.warm) poller_.forget(slot.warm->socket);
  slot.warm.reset();
  if (slot.runs == 0) return retry_later(slot);  // it was of no use: not at once again
  slot.state = State::empty;
  slot.retry_at = Monotonic::now();
}

void Slots::on_out_of_memory(Slot& slot) {
  std::uint64_t count = 0;
  (void)!read(slot.cgroup->out_of_memory_event(), &count, sizeof(count));
  if (slot.state != State::running || !slot.run->begun) return;
  // v1 tells before it kills, and tells every group below the one that is full: the count says who was meant,
  // soon. It kills one process; the run is over as a whole.
  slot.run->out_of_memory_told = true;
  slot.run->next_look = Monotonic::now();
}

RunEnd Slots::end_of(Slot& slot) {
  RunEnd end{};
  end.run_id = slot.run->id;
  if (!slot.run->begun) return end;
  const CgroupUsage usage = slot.cgroup->usage();
  end.cpu_us = static_cast<std::uint64_t>(usage.cpu.count());
  end.wall_us = static_cast<std::uint64_t>(
      std::chrono::duration_cast<microseconds>(Monotonic::now() - slot.run->started_at).count());
  end.memory_peak_bytes = usage.memory_peak_bytes;
  if (usage.out_of_memory) end.ended_by = EndedBy::memory_limit;
  return end;
}

// The answer goes out at once; that everything in the slot is dead takes as long as it takes.
void Slots::end_by_force(Slot& slot, EndedBy why, std::int32_t value) {
  RunEnd end = end_of(slot);
  end.ended_by = why;
  end.value = value;
  kill_slot(slot);
  listener_.run_ended(end, {});
}

void Slots::kill_slot(Slot& slot) {
  slot.run.reset();
  if (slot.warm) poller_.unwatch(slot.warm->socket);
  ++replaced_;
  slot.state = State::dying;
  slot.deadline = Monotonic::now() + dying_bound;
  end_process(slot.builder);
  end_process(slot.process);
}

// Throws the slot away, whatever state it is in. A run in it was answered or is refused here.
void Slots::discard(Slot& slot) {
  if (slot.state == State::dying) return;
  if (slot.run) refuse(slot.run->id, "slot died", ECHILD);
  std::optional<PendingRun> pending = std::exchange(slot.pending, std::nullopt);
  kill_slot(slot);
  if (pending) listener_.run_not_begun(std::move(*pending));
}

void Slots::shut_down() {
  warm_parents_.shut_down();
  for (Slot& slot : slots_) {
    end_process(slot.builder);
    end_process(slot.process);
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

}  // namespace code_exec::sandbox
