#include "sandbox/slot/init.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sandbox/signals.h"
#include "sandbox/slot/aftermath.h"
#include "sandbox/slot/capabilities.h"
#include "sandbox/slot/filter.h"
#include "sandbox/slot/mounts.h"
#include "sandbox/slot/network.h"
#include "sandbox/slot/oom_score.h"
#include "sandbox/slot/run_child.h"
#include "sandbox/slot/user_namespace.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

// At one go: a run that makes orphans faster than we reap them must not keep us from the host.
constexpr int reaped_max = 64;

class Init {
 public:
  Init(int socket, const SlotPlan& plan) : socket_(socket), plan_(plan) {}

  // Returns when the host is gone or the slot cannot go on.
  void run() {
    // A host that dies takes us with it even when we are stopped; one that is dead already does not answer.
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (send_message(socket_, SlotBorn{Message::slot_born}) != 0) return;
    if (!report_made(make())) return;
    while (true) {
      if (!wait_for_host()) return;
      Received received = receive_bytes(socket_, std::as_writable_bytes(std::span(&start_, 1)));
      if (received.kind != Received::Kind::message) return;
      if (is_late_signal(received)) continue;
      if (!is_clear(received)) {
        if (received.size != sizeof(start_) || start_.kind != Message::slot_start ||
            received.fds_count != run_request_fds + start_.cgroup_files)
          return;
        count_processes_anew();
        if (!execute(received)) return;
      }
      if (!report_ready(clear())) return;
    }
  }

 private:
  struct Failure {
    const char* step = nullptr;  // nullptr: none
    int error = 0;
  };

  Failure make() {
    if (int error = be_first_for_out_of_memory()) return {"oom score", error};
    // Nobody in the slot may read us, whatever ids they share with us.
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return {"dumpable", errno};
    if (sethostname("sandbox", 7) != 0) return {"host name", errno};
    if (int error = bring_up_loopback()) return {"loopback", error};
    // Of the host's procfs, which the slot's own has not; what it changes is ours (pid_namespaces(7)).
    last_pid_.reset(open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC));
    const int bounded = bound_network();
    if (int error = mount_proc()) return {"proc", error};
    if (bounded != 0) return {"network bounds", bounded};
    if (int error = traces_.remember()) return {"network counters", error};
    if (int error = make_program_namespace(plan_.program_owner, user_namespace_))
      return {"program namespace", error};
    if (int error = mount_work_area(usual_area())) return {"work area", error};
    area_ = usual_area();
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    if (sigprocmask(SIG_SETMASK, &child, nullptr) != 0) return {"signal mask", errno};
    child_signals_.reset(signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!child_signals_) return {"signalfd", errno};
    // A warm run comes from outside, and is root of the cage like us until it has confined itself.
    if (int error = give_up_capability(CAP_SYS_PTRACE)) return {"capabilities", error};
    if (int error = load_filter(instructions(plan_.slot_filter))) return {"slot filter", error};
    count_processes_anew();
    return {};
  }

  // Meanwhile a warm run, which is not our child, may end and leave us its orphans. False: the host is gone.
  bool wait_for_host() {
    while (true) {
      int reaped = 0;
      while (reaped < reaped_max && waitpid(-1, nullptr, WNOHANG) > 0) ++reaped;
      std::array<pollfd, 2> waiting{{{child_signals_.get(), POLLIN, 0}, {socket_, POLLIN, 0}}};
      if (poll(waiting.data(), waiting.size(), reaped == reaped_max ? 0 : -1) < 0 && errno != EINTR)
        return false;
      if (waiting[1].revents) return true;
      signalfd_siginfo ignored{};
      (void)!read(child_signals_.get(), &ignored, sizeof(ignored));
    }
  }

  bool is_clear(const Received& received) const {
    return received.size == sizeof(SlotClear) && start_.kind == Message::slot_clear &&
           received.fds_count == 0;
  }

  // It was sent before the host had heard that the run ended.
  bool is_late_signal(const Received& received) const {
    return received.size == sizeof(SlotSignal) && start_.kind == Message::slot_signal &&
           received.fds_count == 0;
  }

  // Starts the run and stays until its main process has ended. False: the host is gone.
  bool execute(Received& received) {
    SlotExit exit{};
    exit.kind = Message::slot_exit;
    exit.started = 1;
    const WorkArea area{start_.limits.disk_bytes, start_.limits.files, plan_.program_owner};
    int error = 0;
    if (area.bytes != area_.bytes || area.files != area_.files) {
      error = resize_work_area(area);
      area_ = area;
      if (error) return refuse(exit, "work area", error);
    }
    std::array<int, 2> pipe_ends{};
    if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return refuse(exit, "pipe", errno);
    Fd report_read(pipe_ends[0]);
    Fd report_write(pipe_ends[1]);

    const pid_t main_process =
        start_.cgroup_born ? fork_into_cgroup(received.fds[run_request_fds].get()) : fork();
    if (main_process < 0) return refuse(exit, "fork", errno);
    if (main_process == 0) start_program(received, report_write.get());
    report_write.reset();
    for (Fd& file : received.fds) file.reset();  // or the run's output would never end while we live

    if (!wait_for(main_process, exit)) return false;
    tell_failure(report_read.get(), exit);
    if (start_.collect[0] == '\0' || exit.wait_status != 0 || !exit.started)
      return send_message(socket_, exit) == 0;
    // What is brought back is opened only when nobody is left who could change it.
    kill_all();
    start_.collect.back() = '\0';
    Fd collected = open_beneath("/box", start_.collect.data());
    const int number = collected.get();
    return send_message(socket_, exit, collected ? std::span(&number, 1) : std::span<const int>()) == 0;
  }

  [[noreturn]] void start_program(const Received& received, int report) {
    std::array<int, wire_fds_max> cgroup_files{};
    for (std::size_t i = 0; i < start_.cgroup_files; ++i)
      cgroup_files[i] = received.fds[run_request_fds + i].get();
    RunContext context;
    context.description = received.fds[0].get();
    context.stdin_fd = received.fds[1].get();
    context.stdout_fd = received.fds[2].get();
    context.stderr_fd = received.fds[3].get();
    context.cgroup_files = {cgroup_files.data(), start_.cgroup_born ? 0 : start_.cgroup_files};
    context.user_namespace = user_namespace_.get();
    context.report = report;
    context.groups_can_be_dropped = plan_.groups_can_be_dropped != 0;
    context.limit_per_process = plan_.limit_per_process != 0;
    context.limits = start_.limits;
    context.filter = instructions(plan_.run_filter);
    become_program(context);
  }

  // A program's own process is always number 2: how many there were before it tells something of earlier
  // runs. Where the kernel or a container's read-only /proc/sys forbids it, the count goes on.
  void count_processes_anew() {
    if (last_pid_) (void)!pwrite(last_pid_.get(), "1", 1, 0);
  }

  bool refuse(SlotExit& exit, const char* step, int error) {
    exit.started = 0;
    exit.error = error;
    exit.step = step_name(step);
    return send_message(socket_, exit) == 0;
  }

  // Reaps whoever ends until it is `main_process`; orphans of the run are ours to reap. False: the host is
  // gone.
  bool wait_for(pid_t main_process, SlotExit& exit) {
    while (true) {
      rusage used{};
      pid_t ended = 0;
      for (int reaped = 0; reaped < reaped_max; ++reaped) {
        ended = wait4(-1, &exit.wait_status, WNOHANG, &used);
        if (ended <= 0) break;
        if (ended != main_process) continue;
        tell_usage(used, exit);
        return true;
      }
      std::array<pollfd, 2> waiting{{{child_signals_.get(), POLLIN, 0}, {socket_, POLLIN, 0}}};
      const int wait_ms = ended > 0 ? 0 : -1;
      if (poll(waiting.data(), waiting.size(), wait_ms) < 0 && errno != EINTR) return false;
      if (waiting[1].revents && !pass_signal(main_process)) return false;
      signalfd_siginfo ignored{};
      (void)!read(child_signals_.get(), &ignored, sizeof(ignored));
    }
  }

  // All that the host says while a run goes on. False: it is gone. The process is our child and not reaped
  // yet, so its number is nobody else's.
  bool pass_signal(pid_t main_process) {
    SlotSignal signal{};
    Received received = receive_bytes(socket_, std::as_writable_bytes(std::span(&signal, 1)));
    if (received.kind != Received::Kind::message || received.size != sizeof(signal) ||
        signal.kind != Message::slot_signal || !may_be_sent(signal.number))
      return false;
    ::kill(main_process, signal.number);
    return true;
  }

  Failure clear() {
    kill_all();
    if (traces_.left_dirty() || traces_.any()) return {"network", EADDRINUSE};
    // System V objects and POSIX queues go with the namespace they are in.
    if (unshare(CLONE_NEWIPC) != 0) return {"ipc namespace", errno};
    area_ = usual_area();
    if (int error = replace_work_area(area_)) return {"work area", error};
    count_processes_anew();
    return {};
  }

  // With the namespace that warm runs enter.
  bool report_made(const Failure& failure) {
    if (failure.step) return report_ready(failure);
    SlotReady ready{};
    ready.kind = Message::slot_ready;
    const int user_namespace = user_namespace_.get();
    return send_message(socket_, ready, std::span(&user_namespace, 1)) == 0;
  }

  bool report_ready(const Failure& failure) {
    SlotReady ready{};
    ready.kind = Message::slot_ready;
    if (failure.step) ready = slot_failed(failure.step, failure.error);
    return send_message(socket_, ready) == 0 && !failure.step;
  }

  WorkArea usual_area() const {
    return {plan_.usual_limits.disk_bytes, plan_.usual_limits.files, plan_.program_owner};
  }

  int socket_;
  const SlotPlan& plan_;
  Fd user_namespace_;
  Fd child_signals_;
  NetworkTraces traces_;
  Fd last_pid_;  // empty where it cannot be had
  WorkArea area_{};
  SlotStart start_{};
};

}  // namespace

void run_slot_init(int socket, const SlotPlan& plan) {
  static Init init(socket, plan);  // too large for comfort on a stack that every run copies
  init.run();
  _exit(0);
}

}  // namespace code_exec::sandbox
