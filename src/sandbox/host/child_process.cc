#include "sandbox/host/child_process.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace code_exec::sandbox {

Fd open_child(pid_t sender, ChildState& state) {
  state = ChildState::not_ours;
  Fd process(static_cast<int>(syscall(SYS_pidfd_open, sender, 0)));
  if (!process) return process;
  siginfo_t ended{};
  constexpr int look = WEXITED | WNOHANG | WNOWAIT;
  if (waitid(P_PIDFD, static_cast<id_t>(process.get()), &ended, look) == 0)
    state = ended.si_pid == 0 ? ChildState::running : ChildState::ended;
  return process;
}

void send_signal(const Fd& process, int number) {
  if (process) syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0);
}

void end_process(const Fd& process) {
  send_signal(process, SIGKILL);
}

}  // namespace code_exec::sandbox
