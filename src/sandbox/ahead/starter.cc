// The program of a warm parent whose interpreter cannot be forked once it has started, for it has threads: it
// forks runs that become the interpreter before their job comes. Called with what is to be executed:
//
//   code-exec-starter /usr/bin/node main.js
//
// The interpreter loads sandbox/ahead/library.cc, which waits where it looks for its script.
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <limits>

#include "sandbox/ahead/confinement.h"
#include "sandbox/ahead/forks.h"
#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {
namespace {

class Starter final : public Forks {
 public:
  explicit Starter(char** command) : command_(command) {}

 private:
  // What memory is counted by is set when a process has it already.
  bool prepare(const WarmPlan& plan) override {
    if (plan.limit_per_process) std::fputs("without cgroups nothing is started ahead\n", stderr);
    return !plan.limit_per_process;
  }

  [[noreturn]] void live(const WarmPlan& plan, const WarmFork& fork, std::span<const Fd> fds) override {
    Confinement(plan, fork, fds).apply_or_exit(warm_library_number);
    const char* step = "exec";
    const int error = become_interpreter(step);
    (void)send_message(warm_socket_number, slot_failed(step, error));
    _exit(1);
  }

  int become_interpreter(const char*& step) {
    step = "directory";
    if (chdir("/box") != 0) return errno;
    step = "resource limits";
    // Those that a job may choose are set when it is there, and can only be lowered.
    RunContext any;
    any.limits.cpu_ms = std::numeric_limits<std::uint32_t>::max();
    any.limits.processes = std::numeric_limits<std::int32_t>::max();
    if (int error = set_resource_limits(any)) return error;
    step = "exec";
    if (fcntl(warm_socket_number, F_SETFD, 0) != 0) return errno;
    execve(command_[0], command_, environ);
    return errno;
  }

  char** command_;
};

}  // namespace
}  // namespace code_exec::sandbox

int main(int count, char** arguments) {
  if (count < 2) return 1;
  prctl(PR_SET_NAME, "code-exec-start");  // execveat(2) leaves the descriptor's number there
  code_exec::sandbox::Starter(arguments + 1).serve();
  return 1;
}
