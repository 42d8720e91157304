// The part of Slots that has runs forked ahead into slots, where they wait (see slots.h).
#include <sys/wait.h>

#include <algorithm>

#include "base/log.h"
#include "sandbox/host/child_process.h"
#include "sandbox/host/messages.h"
#include "sandbox/host/slots.h"
#include "sandbox/slot/aftermath.h"
#include "sandbox/wire_limits.h"

namespace code_exec::sandbox {
namespace {

using std::chrono::seconds;

constexpr seconds warm_bound{10};  // for a run to be forked into a slot, or for one that waits to be killed

}  // namespace

void Slots::give(Slot& slot, PendingRun& run, std::uint32_t parent) {
  if (!slot.user_namespace) parent = 0;
  slot.last_parent = parent;
  if (slot.warm && slot.warm->parent == parent) return start_warm_run(slot, run);
  if (!slot.warm && parent == 0) return start_run(slot, run);
  slot.pending = std::move(run);
  if (slot.warm) return cool(slot);
  fork_into(slot, parent);
}

// Has a run forked into a slot where nobody is. Its limits are the usual ones until it is a job's.
void Slots::fork_into(Slot& slot, std::uint32_t parent) {
  slot.state = State::warming;
  slot.deadline = Monotonic::now() + warm_bound;
  slot.warm.emplace(
      WarmRun{.parent = parent, .socket = {}, .life = warm_parents_.life(parent), .process = {}});
  const auto fail = [&](const char* what, const std::string& why) {
    log::error("no run can be forked slot={} step={} error={}", number_of(slot), what, why);
    discard(slot);
  };
  if (auto prepared = slot.cgroup->prepare(wire_limits(options_.usual_limits)); !prepared)
    return fail("cgroup limits", prepared.error().detail);
  SlotSocket socket;
  if (auto made = make_slot_socket(socket); !made) return fail("socket", made.error().detail);
  if (auto watched = poller_.watch(socket.host.get(), Source::slot_run, number_of(slot)); !watched)
    return fail("watch", watched.error().detail);
  slot.warm->socket = std::move(socket.host);
  WarmFork request{};
  request.kind = Message::warm_fork;
  std::vector<int> fds{slot.process.get(), slot.user_namespace.get(), socket.slot.get()};
  add_join_files(*slot.cgroup, request, fds);
  if (!warm_parents_.fork(parent, request, fds)) {
    warm_parents_.distrust(parent, slot.warm->life);
    fail("request", "the parent does not take it");
  }
}

// What waits in the slot is not what was asked for. It has seen nothing, but is someone: it goes first.
void Slots::cool(Slot& slot) {
  slot.state = State::cooling;
  slot.deadline = Monotonic::now() + warm_bound;
  poller_.unwatch(slot.warm->socket);
  end_process(slot.warm->process);
}

// Has the init of a slot make it as new; what ran or waited there has ended.
void Slots::clear(Slot& slot) {
  if (slot.warm) poller_.forget(slot.warm->socket);
  slot.warm.reset();
  slot.state = State::clearing;
  slot.deadline = Monotonic::now() + clear_bound;
  if (send_message(slot.socket.get(), SlotClear{Message::slot_clear}) != 0) discard(slot);
}

void Slots::start_warm_run(Slot& slot, PendingRun& pending) {
  if (auto begun = slot.cgroup->begin(pending.request.limits); !begun) {
    log::error("limits cannot be applied slot={} error={}", number_of(slot), begun.error().detail);
    refuse(pending.request.run_id, "cgroup limits", EIO);
    return discard(slot);
  }
  SlotStart start{};
  start.kind = Message::slot_start;
  start.limits = pending.request.limits;
  std::array<int, run_request_fds> fds{};
  std::transform(pending.fds.begin(), pending.fds.end(), fds.begin(), [](const Fd& fd) { return fd.get(); });
  // From here on its end is told by the kernel; what it may still say is read then.
  poller_.unwatch(slot.warm->socket);
  new_run(slot, pending.request);
  if (int error = send_message(slot.warm->socket.get(), start, fds)) {
    log::error("slot does not take its run slot={} error={}", number_of(slot), strerrordesc_np(error));
    discard(slot);
  }
}

// Before its run begins: it is ready, or could not be made.
void Slots::on_warm(Slot& slot) {
  if (!slot.warm) return;  // gone since the event was reported
  if (slot.state != State::warming) {
    log::error("waiting run spoke or left slot={}", number_of(slot));
    return discard(slot);
  }
  std::array<std::byte, init_message_max> buffer;
  Received received = receive_bytes(slot.warm->socket.get(), buffer);
  if (received.kind == Received::Kind::would_block) return;
  const bool is_message = received.kind == Received::Kind::message;
  const auto bytes = std::span<const std::byte>(buffer).first(is_message ? received.size : 0);
  const auto ready = read_slot_ready(bytes, received.fds_count);
  ChildState state = ChildState::not_ours;
  if (ready && !ready->failed) slot.warm->process = open_child(received.sender, state);
  if (slot.warm->process && state == ChildState::running) {
    slot.warm->pid = received.sender;
    warm_parents_.trust(slot.warm->parent);
    return become_ready(slot);
  }
  log::error("no run can be forked slot={} step={} error={}", number_of(slot),
             log::quoted(ready ? ready->step.data() : "nonsense"), ready ? ready->error : 0);
  warm_parents_.distrust(slot.warm->parent, slot.warm->life);
  discard(slot);
}

// A slot in which nobody is, or a run that waits.
void Slots::become_ready(Slot& slot) {
  slot.state = State::ready;
  if (slot.pending) {
    PendingRun run = std::move(*slot.pending);
    slot.pending.reset();
    // The parent may have gone meanwhile.
    const std::uint32_t parent = slot.warm ? slot.warm->parent : parent_for(run.request);
    return give(slot, run, parent);
  }
  listener_.slot_ready();
  fork_ahead(slot);
}

// Nobody waits for it: the next run here is probably like the last.
void Slots::fork_ahead(Slot& slot) {
  const bool is_empty = slot.state == State::ready && !slot.warm && slot.user_namespace;
  if (is_empty && warm_parents_.is_ready(slot.last_parent)) fork_into(slot, slot.last_parent);
}

bool Slots::is_running(pid_t pid) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& slot) {
    return slot.state == State::running && slot.warm && slot.warm->pid == pid;
  });
}

// A program may stop itself and go on, though not without end: each time is work of ours.
void Slots::on_child_signal(pid_t pid) {
  constexpr int signals_max = 1000;
  for (Slot& slot : slots_) {
    if (slot.state != State::running || !slot.warm || slot.warm->pid != pid) continue;
    if (++slot.warm->signals > signals_max) end_process(slot.warm->process);
  }
}

void Slots::on_child_end(pid_t pid, int wait_status, const rusage& used) {
  for (Slot& slot : slots_) {
    if (!slot.warm || slot.warm->pid != pid) continue;
    slot.warm->pid = -1;
    if (slot.state == State::running) {
      on_warm_exit(slot, wait_status, used);
    } else if (slot.state == State::cooling) {
      clear(slot);
    } else if (slot.state != State::dying) {
      log::error("waiting run died slot={} status={}", number_of(slot), wait_status);
      discard(slot);
    }
    return;
  }
}

void Slots::on_warm_exit(Slot& slot, int wait_status, const rusage& used) {
  SlotExit exit{};
  exit.kind = Message::slot_exit;
  exit.wait_status = wait_status;
  exit.error = ECHILD;
  exit.step = step_name("slot died");
  tell_usage(used, exit);
  std::array<std::byte, init_message_max> buffer;
  Received received = receive_bytes(slot.warm->socket.get(), buffer);
  if (received.kind == Received::Kind::message) {
    const auto bytes = std::span<const std::byte>(buffer).first(received.size);
    if (read_slot_begun(bytes, received.fds_count)) exit.started = 1;
    if (auto refused = read_slot_exit(bytes, received.fds_count, false)) {
      exit.error = refused->error;
      exit.step = refused->step;
    }
  }
  on_exit(slot, exit, {});
  if (slot.state == State::clearing) clear(slot);
}

}  // namespace code_exec::sandbox
