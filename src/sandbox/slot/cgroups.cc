#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {

// "0" means the writer itself. For cgroup v1 the host gives us `tasks`, not cgroup.procs: there the kernel
// need not take the lock that holds up every fork of the machine when one thread moves itself (measured: 16
// ms at p90).
int join_cgroups(const RunContext& context) {
  for (int file : context.cgroup_files)
    if (write(file, "0", 1) != 1) return errno;
  // From here its group is the root of what it sees: /proc/self/cgroup names no group of the host.
  return unshare(CLONE_NEWCGROUP) == 0 ? 0 : errno;
}

// To move a process into a group of v2 waits until every processor has been through the scheduler, and holds
// up every fork of the machine: measured 15 ms, where to be born in the group costs no more than fork().
pid_t fork_into_cgroup(int directory) {
  clone_args arguments{};
  arguments.flags = CLONE_INTO_CGROUP;
  arguments.exit_signal = SIGCHLD;
  arguments.cgroup = static_cast<std::uint64_t>(directory);
  return static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof(arguments)));
}

}  // namespace code_exec::sandbox
