// What is in the cage: starting the init of a slot, and a warm parent.
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/memfd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "sandbox/carried_programs.h"
#include "sandbox/description.h"
#include "sandbox/host/cage.h"
#include "sandbox/host/isolation.h"
#include "sandbox/protocol.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

// What a slot has of its own. The cage's user namespace owns them all.
constexpr int slot_namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
// A warm parent enters the slots' pid namespaces, which are below the host's, so its own is the host's.
constexpr int warm_parent_namespaces = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

struct Failure {
  const char* step = nullptr;
  int error = 0;
};

Failure enter_cage(const Cage& cage, int own_namespaces) {
  if (cage.privileged)
    if (int error = become_cage_owner()) return {"cage owner", error};
  if (setns(cage.user_namespace.get(), CLONE_NEWUSER) != 0) return {"enter cage", errno};
  if (setns(cage.mount_namespace.get(), CLONE_NEWNS) != 0) return {"enter root", errno};
  if (cage.privileged && setgroups(0, nullptr) != 0) return {"groups", errno};
  if (setresgid(0, 0, 0) != 0) return {"group id", errno};
  if (setresuid(0, 0, 0) != 0) return {"user id", errno};
  if (unshare(own_namespaces) != 0) return {"namespaces", errno};
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
  Failure failure = enter_cage(cage, slot_namespaces);
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

// A program that we carry, in a file that nobody can change, ready to be executed.
Result<Fd> make_program_file(const char* name, std::span<const char> program) {
  const auto fail = [&](const char* call) { return system_error(Errc::internal, call, name, errno); };
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U  // Linux 6.3, where vm.memfd_noexec may ask for it
#endif
  constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  Fd file(memfd_create(name, flags | MFD_EXEC));
  if (!file && errno == EINVAL) file.reset(memfd_create(name, flags));
  if (!file) return fail("memfd_create");
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

// What a warm parent has of its own: nothing is ignored or blocked in a program that nobody started oddly.
void reset_signals() {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// An empty program where a run's is, for the interpreter looks at it when it starts.
int make_empty_script(const std::string& name) {
  if (mount("tmpfs", "/box", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64k") != 0) return errno;
  if (chdir("/box") != 0) return errno;
  const Fd script(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  return script ? 0 : errno;
}

// The descriptors that a warm parent finds: pipes, as a run has, its socket and its library.
struct WarmFiles {
  int input;
  int output;
  int socket;
  int library;
  int program;  // what is executed in place of the interpreter; -1: nothing
};

constexpr int warm_program_number = warm_library_number + 1;

int place(const WarmFiles& files) {
  constexpr int above = 16;
  std::array<int, 6> sources{files.input,  files.output,  files.output,
                             files.socket, files.library, files.program};
  const int last = files.program < 0 ? warm_library_number : warm_program_number;
  const auto placed = std::span(sources).first(static_cast<std::size_t>(last) + 1);
  for (int& source : placed) {
    source = fcntl(source, F_DUPFD_CLOEXEC, above);
    if (source < 0) return errno;
  }
  for (int target = 0; target <= last; ++target)
    if (dup2(placed[static_cast<std::size_t>(target)], target) < 0) return errno;
  if (last == warm_program_number && fcntl(last, F_SETFD, FD_CLOEXEC) != 0) return errno;
  return syscall(SYS_close_range, last + 1, ~0U, 0) == 0 ? 0 : errno;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In the child of the host: becomes root of the cage, and the interpreter.
[[noreturn]] void become_warm_parent(const Cage& cage, const WarmProgram& program, const WarmFiles& files) {
  reset_signals();
  setsid();
  std::vector<std::string> argv = program.argv;
  if (!program.forks) argv.insert(argv.begin(), "code-exec-starter");
  std::vector<std::string> environment(usual_environment().begin(), usual_environment().end());
  environment.insert(environment.end(), program.environment.begin(), program.environment.end());
  environment.push_back("LD_PRELOAD=/proc/self/fd/" + std::to_string(warm_library_number));
  environment.push_back("LD_BIND_NOW=1");  // or every run would look the same functions up again
  dup2(files.output, STDERR_FILENO);
  Failure failure = enter_cage(cage, warm_parent_namespaces);
  if (failure.error == 0 && program.forks) failure = {"script", make_empty_script(argv.back())};
  if (failure.error == 0) failure = {"descriptors", place(files)};
  if (failure.error == 0) {
    if (program.forks)
      execve(argv.front().c_str(), pointers(argv).data(), pointers(environment).data());
    else
      syscall(SYS_execveat, warm_program_number, "", pointers(argv).data(), pointers(environment).data(),
              AT_EMPTY_PATH);
    failure = {"exec", errno};
  }
  dprintf(STDERR_FILENO, "%s: %s\n", failure.step, strerrordesc_np(failure.error));
  _exit(1);
}

class CageIsolation final : public Isolation {
 public:
  struct Files {
    Fd slot_program;
    Fd warm_library;
    Fd starter_program;
    Fd ahead_library;
  };

  CageIsolation(Cage cage, Files files, const SlotPlan& plan)
      : cage_(std::move(cage)), files_(std::move(files)), plan_(plan) {}

  Result<StartedSlot> start_slot(std::size_t number) override {
    SlotSocket socket;
    if (auto made = make_slot_socket(socket); !made) return made.error();
    plan_.program_owner = cage_.program_owner(number);
    if (int error = send_message(socket.host.get(), plan_))
      return system_error(Errc::unavailable, "send", "slot plan", error);
    const pid_t builder = fork();
    if (builder < 0) return system_error(Errc::unavailable, "fork", "slot", errno);
    if (builder == 0) build_slot(cage_, socket.slot.get(), files_.slot_program.get());
    return started_slot(std::move(socket.host), builder);
  }

  // The program joins its group itself.
  bool starts_with_others() const override { return false; }

  bool has_warm_parents() const override { return true; }

  WarmPlan warm_plan() const override {
    WarmPlan plan{};
    plan.kind = Message::warm_plan;
    plan.groups_can_be_dropped = plan_.groups_can_be_dropped;
    plan.limit_per_process = plan_.limit_per_process;
    plan.slot_filter = plan_.slot_filter;
    plan.run_filter = plan_.run_filter;
    return plan;
  }

  Result<StartedWarmParent> start_warm_parent(const WarmProgram& program) override {
    SlotSocket socket;
    if (auto made = make_slot_socket(socket); !made) return made.error();
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (pipe2(input.data(), O_CLOEXEC) != 0)
      return system_error(Errc::unavailable, "pipe", "warm parent", errno);
    const Fd input_read(input[0]), input_write(input[1]);
    if (pipe2(output.data(), O_CLOEXEC) != 0)
      return system_error(Errc::unavailable, "pipe", "warm parent", errno);
    Fd output_read(output[0]);
    const Fd output_write(output[1]);
    fcntl(output_read.get(), F_SETFL, O_NONBLOCK);
    const pid_t parent = fork();
    if (parent < 0) return system_error(Errc::unavailable, "fork", "warm parent", errno);
    if (parent == 0)
      become_warm_parent(cage_, program,
                         {input_read.get(), output_write.get(), socket.slot.get(),
                          program.forks ? files_.warm_library.get() : files_.ahead_library.get(),
                          program.forks ? -1 : files_.starter_program.get()});
    auto started = started_slot(std::move(socket.host), parent);
    if (!started) return started.error();
    return StartedWarmParent{std::move(started->socket), std::move(started->builder), std::move(output_read)};
  }

 private:
  Cage cage_;
  Files files_;
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
  CageIsolation::Files files;
  struct Carried {
    Fd& file;
    const char* name;
    std::span<const char> bytes;
  };
  for (const Carried& carried : {Carried{files.slot_program, "code-exec-slot", slot_program()},
                                 Carried{files.warm_library, "code-exec-warm", warm_library()},
                                 Carried{files.starter_program, "code-exec-starter", starter_program()},
                                 Carried{files.ahead_library, "code-exec-ahead", ahead_library()}}) {
    auto made = make_program_file(carried.name, carried.bytes);
    if (!made) return made.error();
    carried.file = std::move(*made);
  }
  auto plan = plan_slots(*cage, options, filters);
  if (!plan) return plan.error();
  return std::unique_ptr<Isolation>(
      std::make_unique<CageIsolation>(std::move(*cage), std::move(files), *plan));
}

}  // namespace code_exec::sandbox
