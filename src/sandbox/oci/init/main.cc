// The first process of a container: a static program of its own that the keeper puts into the container's
// root, so that it needs nothing of what is there. It is root of the container, which is nobody outside, and
// can do little more than become another user. It starts the program, waits for it and says how it ended.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "base/fd.h"
#include "sandbox/oci/container_files.h"
#include "sandbox/slot/aftermath.h"
#include "sandbox/slot/run_child.h"

namespace code_exec::sandbox {
namespace {

constexpr mode_t file_mode = 0600;

class ContainerInit {
 public:
  // The name of the step that failed, with errno as it left it; nullptr: none.
  const char* prepare() {
    // Nobody in the container may read us, whatever ids they share with us.
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return "dumpable";
    if (chdir(container_control_path) != 0) return "control directory";
    const Fd plan(open(plan_file, O_RDONLY | O_CLOEXEC));
    if (!plan || read(plan.get(), &plan_, sizeof(plan_)) != sizeof(plan_)) return "plan";
    if (instructions(plan_.slot_filter).empty() || instructions(plan_.run_filter).empty()) return "plan";
    description_.reset(open(description_file, O_RDONLY | O_CLOEXEC));
    if (!description_) return "description";
    if (mknod(begun_file, S_IFREG | file_mode, 0) != 0) return "begin";
    return nullptr;
  }

  // No event crosses the border of every runtime, so it is looked for; the answer takes the keeper and the
  // host less than two looks.
  void wait_for_go() const {
    constexpr timespec between_looks{0, 500'000};
    while (access(go_file, F_OK) != 0) nanosleep(&between_looks, nullptr);
  }

  const char* run(SlotExit& exit) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return "pipe";
    const Fd failure_read(ends[0]);
    Fd failure_write(ends[1]);
    const pid_t main_process = fork();
    if (main_process < 0) return "fork";
    if (main_process == 0) start_program(failure_write.get());
    failure_write.reset();
    // Or the run's output would never end while we live.
    for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(stream);
    wait_for(main_process, exit);
    exit.started = 1;
    tell_failure(failure_read.get(), exit);
    // What the program wrote must be in the files that the keeper sees; some runtimes have a cache between.
    if (const Fd box(open("/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC)); box) syncfs(box.get());
    return nullptr;
  }

 private:
  [[noreturn]] void start_program(int report) {
    RunContext context;
    context.description = description_.get();
    context.stdin_fd = STDIN_FILENO;
    context.stdout_fd = STDOUT_FILENO;
    context.stderr_fd = STDERR_FILENO;
    context.report = report;
    context.limits = plan_.limits;
    context.slot_filter = instructions(plan_.slot_filter);
    context.filter = instructions(plan_.run_filter);
    become_program_in_container(context);
  }

  // Orphans of the run are ours to reap.
  static void wait_for(pid_t main_process, SlotExit& exit) {
    rusage used{};
    while (wait4(-1, &exit.wait_status, 0, &used) != main_process) {
    }
    tell_usage(used, exit);
  }

  ContainerPlan plan_{};
  Fd description_;
};

void write_report(const SlotExit& exit) {
  constexpr const char* growing = "report.new";
  const Fd file(open(growing, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file_mode));
  if (file && write(file.get(), &exit, sizeof(exit)) == sizeof(exit)) (void)!rename(growing, report_file);
}

[[noreturn]] void run_container() {
  static ContainerInit init;
  SlotExit exit{};
  exit.kind = Message::slot_exit;
  const char* failed = init.prepare();
  if (!failed) {
    init.wait_for_go();
    failed = init.run(exit);
  }
  if (failed) {
    exit.error = errno;
    exit.step = step_name(failed);
  }
  write_report(exit);
  // The container lives until the keeper ends it: its control group is not removed before it has been read.
  while (true) pause();
}

}  // namespace
}  // namespace code_exec::sandbox

int main() {
  code_exec::sandbox::run_container();
}
