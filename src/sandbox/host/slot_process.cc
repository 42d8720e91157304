#include "sandbox/host/slot_process.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox/slot/init.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

// What a slot has of its own. The cage's user namespace owns them all.
constexpr int slot_namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

struct Failure {
  const char* step = nullptr;
  int error = 0;
};

Failure enter_cage(const Cage& cage) {
  if (setns(cage.user_namespace.get(), CLONE_NEWUSER) != 0) return {"enter cage", errno};
  if (setns(cage.mount_namespace.get(), CLONE_NEWNS) != 0) return {"enter root", errno};
  if (cage.privileged && setgroups(0, nullptr) != 0) return {"groups", errno};
  if (setresgid(0, 0, 0) != 0) return {"group id", errno};
  if (setresuid(0, 0, 0) != 0) return {"user id", errno};
  if (unshare(slot_namespaces) != 0) return {"namespaces", errno};
  return {};
}

// A fork whose child is the host's from the start, not ours: so the host is told when it stops, and the
// kernel ends it with the host.
pid_t fork_for_host() {
  return static_cast<pid_t>(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

// In the child of the host: becomes root of the cage, and starts process 1 of the slot.
[[noreturn]] void build_slot(const Cage& cage, SlotPlan plan) {
  Failure failure = enter_cage(cage);
  pid_t init = -1;
  if (!failure.step) {
    init = fork_for_host();
    if (init < 0) failure = {"fork", errno};
  }
  if (init == 0) {
    constexpr int socket_number = 3;
    if (plan.socket != socket_number && dup3(plan.socket, socket_number, O_CLOEXEC) < 0) _exit(1);
    plan.socket = socket_number;
    // Nothing of the host's stays open in a slot, standard streams included.
    if (syscall(SYS_close_range, socket_number + 1, ~0U, 0) != 0) _exit(1);
    if (syscall(SYS_close_range, 0, socket_number - 1, 0) != 0) _exit(1);
    run_slot_init(plan);
  }
  if (failure.step) (void)send_message(plan.socket, slot_failed(failure.step, failure.error));
  _exit(failure.step ? 1 : 0);
}

}  // namespace

Result<StartedSlot> start_slot(const Cage& cage, std::size_t number, const WireLimits& usual_limits,
                               bool limit_per_process, std::span<const sock_filter> filter) {
  Fd ours;
  Fd theirs;
  if (int error = make_socket_pair(ours, theirs))
    return system_error(Errc::unavailable, "socketpair", "", error);
  // The host waits for no slot, whatever it does with its end.
  if (fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0)
    return system_error(Errc::internal, "fcntl", "O_NONBLOCK", errno);
  const int on = 1;
  if (setsockopt(ours.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) != 0)
    return system_error(Errc::internal, "setsockopt", "SO_PASSCRED", errno);
  const pid_t builder = fork();
  if (builder < 0) return system_error(Errc::unavailable, "fork", "slot", errno);
  if (builder == 0) {
    SlotPlan plan;
    plan.socket = theirs.get();
    plan.program_owner = cage.program_owner(number);
    plan.groups_can_be_dropped = cage.privileged;
    plan.limit_per_process = limit_per_process;
    plan.usual_limits = usual_limits;
    plan.filter = filter;
    build_slot(cage, plan);
  }
  // Not reaped yet, so its pid is its own.
  Fd process(static_cast<int>(syscall(SYS_pidfd_open, builder, 0)));
  if (!process) {
    const int error = errno;
    kill(builder, SIGKILL);
    return system_error(Errc::unavailable, "pidfd_open", "slot", error);
  }
  return StartedSlot{std::move(ours), std::move(process)};
}

}  // namespace code_exec::sandbox
