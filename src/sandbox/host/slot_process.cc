// Slots in the cage: starting the init of one.
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/memfd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "sandbox/carried_programs.h"
#include "sandbox/host/cage.h"
#include "sandbox/host/isolation.h"
#include "sandbox/protocol.h"
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
  if (cage.privileged)
    if (int error = become_cage_owner()) return {"cage owner", error};
  if (setns(cage.user_namespace.get(), CLONE_NEWUSER) != 0) return {"enter cage", errno};
  if (setns(cage.mount_namespace.get(), CLONE_NEWNS) != 0) return {"enter root", errno};
  if (cage.privileged && setgroups(0, nullptr) != 0) return {"groups", errno};
  if (setresgid(0, 0, 0) != 0) return {"group id", errno};
  if (setresuid(0, 0, 0) != 0) return {"user id", errno};
  if (unshare(slot_namespaces) != 0) return {"namespaces", errno};
  return {};
}

// As process 1 of the slot: only the socket stays open, standard streams included. Returns the errno.
int execute_init(int socket, int program) {
  constexpr int program_number = init_socket_number + 1;
  // Out of the way of both numbers first.
  const int socket_copy = fcntl(socket, F_DUPFD_CLOEXEC, program_number + 1);
  const int program_copy = fcntl(program, F_DUPFD_CLOEXEC, program_number + 1);
  if (socket_copy < 0 || program_copy < 0) return errno;
  if (dup2(socket_copy, init_socket_number) < 0) return errno;
  if (dup3(program_copy, program_number, O_CLOEXEC) < 0) return errno;
  if (syscall(SYS_close_range, program_number + 1, ~0U, 0) != 0) return errno;
  if (syscall(SYS_close_range, 0, init_socket_number - 1, 0) != 0) return errno;
  std::array<char, 16> name{"code-exec-slot"};
  const std::array<char*, 2> arguments{name.data(), nullptr};
  const std::array<char*, 1> environment{nullptr};
  execveat(program_number, "", arguments.data(), environment.data(), AT_EMPTY_PATH);
  return errno;
}

// In the child of the host: becomes root of the cage, and starts process 1 of the slot.
[[noreturn]] void build_slot(const Cage& cage, int socket, int program) {
  Failure failure = enter_cage(cage);
  pid_t init = -1;
  if (!failure.step) {
    init = fork_for_host();
    if (init < 0) failure = {"fork", errno};
  }
  if (init == 0) {
    failure = {"init", execute_init(socket, program)};
    socket = init_socket_number;
  }
  if (failure.step) (void)send_message(socket, slot_failed(failure.step, failure.error));
  _exit(failure.step ? 1 : 0);
}

// What every slot of a host is made for, but for its owner.
Result<SlotPlan> plan_slots(const Cage& cage, const HostOptions& options, const SeccompFilters& filters) {
  SlotPlan plan{};
  plan.kind = Message::slot_plan;
  plan.groups_can_be_dropped = cage.privileged;
  plan.limit_per_process = options.cgroups == CgroupUse::none;
  plan.usual_limits.disk_bytes = options.usual_limits.disk_bytes;
  plan.usual_limits.files = options.usual_limits.files;
  if (!fill(plan.slot_filter, filters.slot) || !fill(plan.run_filter, filters.run))
    return Error{Errc::internal, "the system call filter is too long", {}};
  return plan;
}

// The program of every slot's init, in a file that nobody can change, ready to be executed.
Result<Fd> make_slot_program_file() {
  const auto fail = [](const char* call) {
    return system_error(Errc::internal, call, "the slot's program", errno);
  };
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U  // Linux 6.3, where vm.memfd_noexec may ask for it
#endif
  constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  Fd file(memfd_create("code-exec-slot", flags | MFD_EXEC));
  if (!file && errno == EINVAL) file.reset(memfd_create("code-exec-slot", flags));
  if (!file) return fail("memfd_create");
  const std::span<const char> program = slot_program();
  for (std::size_t at = 0; at < program.size();) {
    const ssize_t written = write(file.get(), program.data() + at, program.size() - at);
    if (written < 0) return fail("write");
    at += static_cast<std::size_t>(written);
  }
  if (fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return fail("seal");
  // A file that is open for writing cannot be executed (ETXTBSY), so it is opened once more.
  Fd readable(open(("/proc/self/fd/" + std::to_string(file.get())).c_str(), O_RDONLY | O_CLOEXEC));
  if (!readable) return fail("open");
  return readable;
}

class CageIsolation final : public Isolation {
 public:
  CageIsolation(Cage cage, Fd program, const SlotPlan& plan)
      : cage_(std::move(cage)), program_(std::move(program)), plan_(plan) {}

  Result<StartedSlot> start_slot(std::size_t number) override {
    SlotSocket socket;
    if (auto made = make_slot_socket(socket); !made) return made.error();
    plan_.program_owner = cage_.program_owner(number);
    if (int error = send_message(socket.host.get(), plan_))
      return system_error(Errc::unavailable, "send", "slot plan", error);
    const pid_t builder = fork();
    if (builder < 0) return system_error(Errc::unavailable, "fork", "slot", errno);
    if (builder == 0) build_slot(cage_, socket.slot.get(), program_.get());
    return started_slot(std::move(socket.host), builder);
  }

  // The program joins its group itself.
  bool starts_with_others() const override { return false; }

 private:
  Cage cage_;
  Fd program_;
  SlotPlan plan_;
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

pid_t fork_for_host() {
  return static_cast<pid_t>(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

Result<StartedSlot> started_slot(Fd socket, pid_t builder) {
  // Not reaped yet, so its pid is its own.
  Fd process(static_cast<int>(syscall(SYS_pidfd_open, builder, 0)));
  if (process) return StartedSlot{std::move(socket), std::move(process)};
  const int error = errno;
  kill(builder, SIGKILL);
  return system_error(Errc::unavailable, "pidfd_open", "slot", error);
}

Result<std::unique_ptr<Isolation>> make_cage_isolation(const HostOptions& options,
                                                       const SeccompFilters& filters) {
  auto cage = make_cage(options.mounts);
  if (!cage) return cage.error();
  auto program = make_slot_program_file();
  if (!program) return program.error();
  auto plan = plan_slots(*cage, options, filters);
  if (!plan) return plan.error();
  return std::unique_ptr<Isolation>(
      std::make_unique<CageIsolation>(std::move(*cage), std::move(*program), *plan));
}

}  // namespace code_exec::sandbox
