// A warm parent: an interpreter that has started and imported, and forks runs into slots. This file is the
// library that the sandbox host has the distribution's own /usr/bin/python3 load (LD_PRELOAD), as
//
//   /usr/bin/python3 main.py          in /box, where main.py is empty
//
// So the interpreter starts as it would for a program, to the last setting, and comes to the point where it
// opens main.py: there it is ours. It imports what programs import, takes the slots' system call filter on,
// and waits for the host to ask for a fork. It never opens, receives or sees a byte of any job.
//
// The order in which a run is confined, after the fork, is a security decision:
//  1. namespaces        the slot's mounts, network, IPC and host name; the pid namespace came with the fork
//  2. session           its own
//  3. cgroups           (with v2 it was born in its group); the group becomes the root of what it sees
//  4. user namespace    the one in which only the program's own id exists
//  5. identity          no groups, the program's id, no capabilities, no new privileges
//  6. filter            on top of the parent's
//  7. descriptors       its socket alone stays open
// Until here nobody in the slot can look into it: it is not dumpable, and the slot's init has no
// CAP_SYS_PTRACE. Then it waits. Nothing of a client is there yet. With SlotStart come descriptors of the
// run:
//  8. streams           0, 1, 2 and the description
//  9. resource limits   those that the job has
// 10. files             the description is parsed and the files are written, beneath /box
// and the interpreter goes on with the program. Steps 3 to 10 are the code that every run of a slot goes
// through.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "sandbox/slot/filter.h"
#include "sandbox/slot/steps.h"
#include "sandbox/warm/fresh_memory.h"
#include "sandbox/warm/program.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

constexpr std::size_t usual_arguments = 2;  // the interpreter and its script
// What only this library is for; no program sees them.
constexpr std::array<const char*, 2> own_variables{"LD_PRELOAD", "LD_BIND_NOW"};

using Open = FILE* (*)(const char*, const char*);

// libc's own, looked up before anybody is forked.
Open libc_fopen = nullptr;
Open libc_fopen64 = nullptr;

void find_libc() {
  if (libc_fopen) return;
  libc_fopen = reinterpret_cast<Open>(dlsym(RTLD_NEXT, "fopen"));
  libc_fopen64 = reinterpret_cast<Open>(dlsym(RTLD_NEXT, "fopen64"));
}

// One run, from its fork on.
class Run {
 public:
  Run(const WarmPlan& plan, const WarmFork& fork, std::span<const Fd> fds, std::uint64_t shared_data_bytes)
      : init_(fds[0].get()), socket_(fds[2].get()) {
    for (std::size_t i = 0; i < fork.cgroup_files; ++i) cgroup_files_[i] = fds[warm_fork_fds + i].get();
    context_.user_namespace = fds[1].get();
    context_.cgroup_files = {cgroup_files_.data(), fork.cgroup_born ? 0 : fork.cgroup_files};
    context_.groups_can_be_dropped = plan.groups_can_be_dropped != 0;
    context_.limit_per_process = plan.limit_per_process != 0;
    context_.filter = instructions(plan.run_filter);
    context_.shared_data_bytes = shared_data_bytes;
  }

  [[noreturn]] void live() {
    if (int error = confine()) {
      (void)send_message(socket_, slot_failed(step_, error));
      _exit(1);
    }
    PyOS_AfterFork_Child();
    warm_up();
    SlotReady waiting{};
    waiting.kind = Message::slot_ready;
    SlotStart start{};
    if (send_message(socket_, waiting) != 0) _exit(1);
    Received received = receive_bytes(socket_, std::as_writable_bytes(std::span(&start, 1)));
    if (received.kind != Received::Kind::message || received.size != sizeof(start) ||
        start.kind != Message::slot_start || received.fds_count != run_request_fds)
      _exit(1);
    if (int error = begin(start, received)) refuse(error);
    Command command;
    if (int error = read_command(command)) refuse(error);
    FILE* script = libc_fopen64(script_path, "rb");
    if (!script) refuse(errno);
    step_ = "arguments";
    if (command.arguments_count != usual_arguments &&
        !set_arguments({command.arguments.data(), command.arguments_count}))
      refuse(ENOMEM);
    // Else a run that somebody killed while it waited would be a program that was killed.
    if (send_message(report_fd, SlotBegun{Message::slot_begun}) != 0) _exit(127);
    forget_description();
    close(description_fd);
    close(report_fd);
    run_script(script);
  }

 private:
  struct Step {
    const char* name;
    int (*apply)(const RunContext&);
  };

  int take(std::span<const Step> steps) {
    for (const Step& step : steps) {
      step_ = step.name;
      if (int error = step.apply(context_)) return error;
    }
    return 0;
  }

  int confine() {
    step_ = "namespaces";
    if (setns(init_, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0) return errno;
    step_ = "session";
    if (setsid() < 0) return errno;
    umask(022);
    constexpr std::array<Step, 4> steps{{{"cgroups", join_cgroups},
                                         {"user namespace", enter_user_namespace},
                                         {"identity", take_identity},
                                         {"filter", install_filter}}};
    if (int error = take(steps)) return error;
    step_ = "descriptors";
    if (socket_ != warm_socket_number && dup3(socket_, warm_socket_number, O_CLOEXEC) < 0) return errno;
    socket_ = warm_socket_number;
    if (syscall(SYS_close_range, warm_socket_number + 1, ~0U, 0) != 0) return errno;
    // What a program may see of itself.
    step_ = "dumpable";
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ? 0 : errno;
  }

  int begin(const SlotStart& start, Received& received) {
    context_.description = received.fds[0].get();
    context_.stdin_fd = received.fds[1].get();
    context_.stdout_fd = received.fds[2].get();
    context_.stderr_fd = received.fds[3].get();
    context_.report = socket_;
    context_.limits = start.limits;
    step_ = "streams";
    if (int error = take_streams(context_)) return error;
    for (Fd& fd : received.fds) (void)fd.release();  // closed by take_streams
    socket_ = report_fd;
    constexpr std::array<Step, 2> steps{{{"resource limits", set_resource_limits}, {"files", write_files}}};
    return take(steps);
  }

  [[noreturn]] void refuse(int error) {
    SlotExit exit{};
    exit.kind = Message::slot_exit;
    exit.error = error;
    exit.step = step_name(step_);
    (void)send_message(socket_, exit);
    _exit(127);
  }

  int init_;
  int socket_;
  std::array<int, wire_fds_max> cgroup_files_{};
  RunContext context_;
  const char* step_ = "exec";
};

class Parent {
 public:
  // Returns only when this process cannot serve, or has nobody to.
  void serve() {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (!be_first_for_out_of_memory()) return;
    if (fcntl(warm_socket_number, F_SETFD, FD_CLOEXEC) != 0) return;
    static WarmPlan plan{};
    Received received = receive_bytes(warm_socket_number, std::as_writable_bytes(std::span(&plan, 1)));
    if (received.kind != Received::Kind::message || received.size != sizeof(plan) ||
        plan.kind != Message::warm_plan || plan.imports.back() != '\0' ||
        instructions(plan.slot_filter).empty() || instructions(plan.run_filter).empty())
      return;
    if (!prepare_interpreter({plan.imports.data(), plan.imports.size()}) || !prepare_forks() ||
        !share_page_tables() || !leave_proc() || load_filter(instructions(plan.slot_filter)) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
      return;
    use_up_free_blocks();
    if (send_message(warm_socket_number, WarmReady{Message::warm_ready}) != 0) return;
    while (fork_next(plan)) {
    }
  }

 private:
  // As a slot's init: its runs inherit it.
  static bool be_first_for_out_of_memory() {
    const Fd file(open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
    return file && write(file.get(), "1000", 4) == 4;
  }

  bool prepare_forks() {
    // The interpreter's threads are ours too: a fork would leave them behind.
    struct stat tasks {};
    constexpr nlink_t one_thread = 3;  // links of /proc/self/task: itself, its parent's, and one a thread
    if (stat("/proc/self/task", &tasks) != 0 || tasks.st_nlink != one_thread) return false;
    // libc keeps its thread's id where the kernel clears it when the thread ends.
    if (prctl(PR_GET_TID_ADDRESS, &thread_id_, 0, 0, 0) != 0) return false;
    if (int error = try_clone3()) {
      std::fprintf(stderr, "clone3: %s\n", strerrordesc_np(error));
      return false;
    }
    data_bytes_ = data_bytes();
    return data_bytes_ > 0 && syscall(SYS_get_robust_list, 0, &robust_list_, &robust_list_size_) == 0;
  }

  // It is the host's; and a run has this root for a moment.
  static bool leave_proc() { return umount2("/proc", MNT_DETACH) == 0; }

  // A fork copies no page tables of a mapped file, so that each run would fault the interpreter's code in
  // again; it does copy them where a page of the mapping is the process's own (vma_needs_copy in
  // mm/memory.c). Makes one so in each mapping that every run uses much of: a byte is written as it was. For
  // others the copy costs more than the faults (measured: a page of either 0.1 us, a fault 2 us). Where it is
  // refused, runs are slower.
  static bool share_page_tables() {
    const std::unique_ptr<FILE, int (*)(FILE*)> maps(libc_fopen64("/proc/self/maps", "re"), fclose);
    if (!maps) return false;
    std::array<char, 4352> line{};  // proc_pid_maps(5): addresses, permissions, and a path at most
    while (std::fgets(line.data(), line.size(), maps.get())) {
      std::uintptr_t begin = 0;
      std::uintptr_t end = 0;
      std::array<char, 5> permissions{};
      int path_at = 0;
      if (std::sscanf(line.data(), "%lx-%lx %4s %*x %*s %*u %n", &begin, &end, permissions.data(),
                      &path_at) != 3)
        return false;
      const bool is_private_file = permissions[0] == 'r' && permissions[1] == '-' && permissions[3] == 'p';
      if (!is_private_file || !is_of_every_run(line.data() + path_at)) continue;
      auto* const bytes = reinterpret_cast<volatile char*>(begin);
      const int usual = PROT_READ | (permissions[2] == 'x' ? PROT_EXEC : 0);
      if (mprotect(reinterpret_cast<void*>(begin), end - begin, usual | PROT_WRITE) != 0) continue;
      *bytes = *bytes;
      if (mprotect(reinterpret_cast<void*>(begin), end - begin, usual) != 0) return false;
    }
    return true;
  }

  static bool is_of_every_run(const char* path) {
    for (const char* part : {"/python3", "/libpython3", "/libc.so.", "/ld-linux"})
      if (std::strstr(path, part)) return true;
    return false;
  }

  // Of its memory, what RLIMIT_DATA counts: it is no program's.
  static std::uint64_t data_bytes() {
    const Fd file(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
    std::array<char, 256> text{};
    if (!file || read(file.get(), text.data(), text.size() - 1) <= 0) return 0;
    unsigned long pages = 0;  // proc_pid_statm(5): size resident shared text lib data dt
    if (std::sscanf(text.data(), "%*u %*u %*u %*u %*u %lu", &pages) != 1) return 0;
    return pages * static_cast<std::uint64_t>(getpagesize());
  }

  // Containers' filters often refuse it.
  static int try_clone3() {
    clone_args arguments{};
    arguments.exit_signal = SIGCHLD;
    const auto child = static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof(arguments)));
    if (child == 0) _exit(0);
    if (child < 0) return errno;
    return waitpid(child, nullptr, 0) == child ? 0 : errno;
  }

  // False: the host is gone.
  bool fork_next(const WarmPlan& plan) {
    WarmFork message{};
    Received received = receive_bytes(warm_socket_number, std::as_writable_bytes(std::span(&message, 1)));
    if (received.kind != Received::Kind::message || received.size != sizeof(message) ||
        message.kind != Message::warm_fork || received.fds_count != warm_fork_fds + message.cgroup_files)
      return false;
    const int socket = received.fds[2].get();
    PyOS_BeforeFork();
    // It stays so after the fork, for the way back to the host's own namespace is not the cage's to go;
    // nothing is forked but after the next such call has gone well.
    int error = setns(received.fds[0].get(), CLONE_NEWPID) == 0 ? 0 : errno;
    const pid_t child =
        error ? -1 : clone_for_host(message.cgroup_born ? received.fds[warm_fork_fds].get() : -1);
    if (child == 0) Run(plan, message, received.fds, data_bytes_).live();
    if (child < 0 && error == 0) error = errno;
    PyOS_AfterFork_Parent();
    if (error) (void)send_message(socket, slot_failed("warm fork", error));
    return true;
  }

  // As fork(), but the child is the host's, which so is told how it ended; and, with v2, in its group from
  // the first instruction on. What fork() would do beside it has nothing to do in a process of one thread,
  // but for the thread's id and its list of robust futexes (measured: without them sched_setaffinity(2)
  // fails).
  pid_t clone_for_host(int cgroup) {
    clone_args arguments{};
    arguments.flags = CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
    arguments.child_tid = reinterpret_cast<std::uint64_t>(thread_id_);
    if (cgroup >= 0) {
      arguments.flags |= CLONE_INTO_CGROUP;
      arguments.cgroup = static_cast<std::uint64_t>(cgroup);
    }
    const auto child = static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof(arguments)));
    if (child == 0) syscall(SYS_set_robust_list, robust_list_, robust_list_size_);
    return child;
  }

  std::uint64_t data_bytes_ = 0;
  int* thread_id_ = nullptr;
  void* robust_list_ = nullptr;
  std::size_t robust_list_size_ = 0;
};

// Before the interpreter looks at its environment.
__attribute__((constructor)) void hide_library() {
  if (!getenv(own_variables.front())) return;
  for (const char* name : own_variables) {
    char* value = getenv(name);
    if (!value) continue;
    char* begin = value - std::strlen(name) - 1;
    unsetenv(name);
    // The bytes stay where the kernel shows them, in /proc/self/environ.
    std::memset(begin, 0, std::strlen(begin));
  }
  close(warm_library_number);
}

// The interpreter opens its script: the moment at which it is ready and no Python code is on its stack. It
// has let go of its lock for the call.
void serve_at_script(const char* path) {
  static bool reached = false;
  if (reached || std::strcmp(path, script_path) != 0) return;
  reached = true;
  PyEval_RestoreThread(PyGILState_GetThisThreadState());
  Parent().serve();
  _exit(1);
}

}  // namespace
}  // namespace code_exec::sandbox

#define EXPORTED extern "C" __attribute__((visibility("default")))

// Both names: which one an interpreter was built to call depends on how.
EXPORTED FILE* fopen64(const char* path, const char* mode) {
  code_exec::sandbox::find_libc();
  code_exec::sandbox::serve_at_script(path);
  return code_exec::sandbox::libc_fopen64(path, mode);
}

EXPORTED FILE* fopen(const char* path, const char* mode) {
  code_exec::sandbox::find_libc();
  code_exec::sandbox::serve_at_script(path);
  return code_exec::sandbox::libc_fopen(path, mode);
}

// A run's parent is the host, outside of what it sees, which the kernel tells it as 0. A program's parent is
// the slot's init, whose number is 1.
EXPORTED pid_t getppid() {
  const auto parent = static_cast<pid_t>(syscall(SYS_getppid));
  return parent > 0 ? parent : 1;
}
