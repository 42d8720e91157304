// Slots in the cage: starting the init of one.
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox/host/cage.h"
#include "sandbox/host/isolation.h"
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

// In the child of the host: becomes root of the cage, and its own child process 1 of the slot.
[[noreturn]] void build_slot(const Cage& cage, SlotPlan plan) {
  Failure failure = enter_cage(cage);
  pid_t init = -1;
  if (!failure.step) {
    init = fork();
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

class CageIsolation final : public Isolation {
 public:
  CageIsolation(const HostOptions& options, Cage cage, SeccompFilter filter)
      : options_(options), cage_(std::move(cage)), filter_(std::move(filter)) {}

  Result<Fd> start_slot(std::size_t number) override {
    SlotSocket socket;
    if (auto made = make_slot_socket(socket); !made) return made.error();
    const pid_t builder = fork();
    if (builder < 0) return system_error(Errc::unavailable, "fork", "slot", errno);
    if (builder == 0) {
      SlotPlan plan;
      plan.socket = socket.slot.get();
      plan.program_owner = cage_.program_owner(number);
      plan.groups_can_be_dropped = cage_.privileged;
      plan.limit_per_process = options_.cgroups == CgroupUse::none;
      plan.usual_limits.disk_bytes = options_.usual_limits.disk_bytes;
      plan.usual_limits.files = options_.usual_limits.files;
      plan.filter = filter_;
      build_slot(cage_, plan);
    }
    return std::move(socket.host);
  }

  // The program joins its group itself.
  bool starts_with_others() const override { return false; }

 private:
  const HostOptions& options_;
  Cage cage_;
  SeccompFilter filter_;
};

}  // namespace

Result<void> make_slot_socket(SlotSocket& socket) {
  if (int error = make_socket_pair(socket.host, socket.slot))
    return system_error(Errc::unavailable, "socketpair", "", error);
  // The host waits for no slot, whatever it does with its end.
  if (fcntl(socket.host.get(), F_SETFL, O_NONBLOCK) != 0)
    return system_error(Errc::internal, "fcntl", "O_NONBLOCK", errno);
  const int on = 1;
  if (setsockopt(socket.host.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) != 0)
    return system_error(Errc::internal, "setsockopt", "SO_PASSCRED", errno);
  return ok();
}

Result<std::unique_ptr<Isolation>> make_cage_isolation(const HostOptions& options, SeccompFilter filter) {
  auto cage = make_cage(options.mounts);
  if (!cage) return cage.error();
  return std::unique_ptr<Isolation>(
      std::make_unique<CageIsolation>(options, std::move(*cage), std::move(filter)));
}

}  // namespace code_exec::sandbox
