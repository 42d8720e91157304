#include "sandbox/ahead/confinement.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox/slot/filter.h"
#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {

Confinement::Confinement(const WarmPlan& plan, const WarmFork& fork, std::span<const Fd> fds)
    : init_(fds[0].get()), socket_(fds[2].get()) {
  for (std::size_t i = 0; i < fork.cgroup_files; ++i) cgroup_files_[i] = fds[warm_fork_fds + i].get();
  context_.user_namespace = fds[1].get();
  context_.cgroup_files = {cgroup_files_.data(), fork.cgroup_born ? 0 : fork.cgroup_files};
  context_.groups_can_be_dropped = plan.groups_can_be_dropped != 0;
  context_.filter = instructions(plan.run_filter);
}

void Confinement::apply_or_exit(int last_kept) {
  const int error = apply(last_kept);
  if (error == 0) return;
  (void)send_message(socket_, slot_failed(step_, error));
  _exit(1);
}

int Confinement::apply(int last_kept) {
  step_ = "namespaces";
  if (setns(init_, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0) return errno;
  step_ = "session";
  if (setsid() < 0) return errno;
  umask(022);
  struct Step {
    const char* name;
    int (*apply)(const RunContext&);
  };
  constexpr std::array<Step, 4> steps{{{"cgroups", join_cgroups},
                                       {"user namespace", enter_user_namespace},
                                       {"identity", take_identity},
                                       {"filter", install_filter}}};
  for (const Step& step : steps) {
    step_ = step.name;
    if (int error = step.apply(context_)) return error;
  }
  step_ = "descriptors";
  if (socket_ != warm_socket_number && dup3(socket_, warm_socket_number, O_CLOEXEC) < 0) return errno;
  socket_ = warm_socket_number;
  if (syscall(SYS_close_range, last_kept + 1, ~0U, 0) != 0) return errno;
  // What a program may see of itself.
  step_ = "dumpable";
  return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ? 0 : errno;
}

}  // namespace code_exec::sandbox
