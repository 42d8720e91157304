#include "sandbox/ahead/forks.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "sandbox/slot/filter.h"
#include "sandbox/slot/oom_score.h"

namespace code_exec::sandbox {
namespace {

// A fork would leave other threads behind.
bool is_only_thread() {
  struct stat tasks {};
  constexpr nlink_t one_thread = 3;  // links of /proc/self/task: itself, its parent's, and one a thread
  return stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink == one_thread;
}

// Containers' filters often refuse it.
int try_clone3() {
  clone_args arguments{};
  arguments.exit_signal = SIGCHLD;
  const auto child = static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof(arguments)));
  if (child == 0) _exit(0);
  if (child < 0) return errno;
  return waitpid(child, nullptr, 0) == child ? 0 : errno;
}

// It is the host's; and a run has this root for a moment.
bool leave_proc() {
  return umount2("/proc", MNT_DETACH) == 0;
}

}  // namespace

void Forks::serve() {
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (be_first_for_out_of_memory() != 0) return;
  if (fcntl(warm_socket_number, F_SETFD, FD_CLOEXEC) != 0) return;
  static WarmPlan plan{};
  Received received = receive_bytes(warm_socket_number, std::as_writable_bytes(std::span(&plan, 1)));
  if (received.kind != Received::Kind::message || received.size != sizeof(plan) ||
      plan.kind != Message::warm_plan || plan.imports.back() != '\0' ||
      instructions(plan.slot_filter).empty() || instructions(plan.run_filter).empty())
    return;
  if (!prepare(plan) || !know_thread() || !leave_proc() || load_filter(instructions(plan.slot_filter)) != 0 ||
      prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return;
  settle();
  if (send_message(warm_socket_number, WarmReady{Message::warm_ready}) != 0) return;
  while (fork_next(plan)) {
  }
}

bool Forks::know_thread() {
  if (!is_only_thread()) return false;
  if (int error = try_clone3()) {
    std::fprintf(stderr, "clone3: %s\n", strerrordesc_np(error));
    return false;
  }
  // libc keeps its thread's id where the kernel clears it when the thread ends.
  return prctl(PR_GET_TID_ADDRESS, &thread_id_, 0, 0, 0) == 0 &&
         syscall(SYS_get_robust_list, 0, &robust_list_, &robust_list_size_) == 0;
}

// False: the host is gone.
bool Forks::fork_next(const WarmPlan& plan) {
  WarmFork message{};
  Received received = receive_bytes(warm_socket_number, std::as_writable_bytes(std::span(&message, 1)));
  if (received.kind != Received::Kind::message || received.size != sizeof(message) ||
      message.kind != Message::warm_fork || received.fds_count != warm_fork_fds + message.cgroup_files)
    return false;
  const int socket = received.fds[2].get();
  before_fork();
  // It stays so after the fork, for the way back to the host's own namespace is not the cage's to go; nothing
  // is forked but after the next such call has gone well.
  int error = setns(received.fds[0].get(), CLONE_NEWPID) == 0 ? 0 : errno;
  const pid_t child =
      error ? -1 : clone_for_host(message.cgroup_born ? received.fds[warm_fork_fds].get() : -1);
  if (child == 0) live(plan, message, received.fds);
  if (child < 0 && error == 0) error = errno;
  after_fork_in_parent();
  if (error) (void)send_message(socket, slot_failed("warm fork", error));
  return true;
}

// As fork(), but the child is the host's, which so is told how it ended; and, with v2, in its group from the
// first instruction on. What fork() would do beside it has nothing to do in a process of one thread, but for
// the thread's id and its list of robust futexes (measured: without them sched_setaffinity(2) fails).
pid_t Forks::clone_for_host(int cgroup) {
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

}  // namespace code_exec::sandbox
