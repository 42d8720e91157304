#include "sandbox/oci/keeper.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "sandbox/oci/container_files.h"
#include "sandbox/slot/aftermath.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

constexpr std::uint64_t description_bytes_max = 256ULL << 20;
constexpr std::uint64_t control_bytes_beside = 256 << 10;  // plan and report, in pages
constexpr const char* container_id = "run";

Fd make_in_control(const char* name) {
  const std::string path = std::string(control_path) + "/" + name;
  return Fd(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0444));
}

bool is_in_control(const char* name) {
  struct stat status {};
  return lstat((std::string(control_path) + "/" + name).c_str(), &status) == 0;
}

// The last line of what the runtime logged, which says why it failed.
std::string last_words() {
  std::ifstream log(log_path);
  std::string last;
  for (std::string line; std::getline(log, line);)
    if (!line.empty()) last = std::move(line);
  return log::quoted(last);
}

class Keeper {
 public:
  explicit Keeper(const KeeperPlan& plan) : plan_(plan) {}

  // Returns when the one run has ended, or the host is gone.
  void run() {
    // A host that dies takes us with it even when we are stopped; one that is dead already does not answer.
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (send_message(plan_.socket, SlotBorn{Message::slot_born}) != 0) return;
    if (auto made = make(); !made) {
      log::error("bundle not made slot={} error={}", plan_.slot, made.error().detail);
      (void)send_message(plan_.socket, slot_failed("bundle", EIO));
      return;
    }
    if (send_message(plan_.socket, SlotReady{.kind = Message::slot_ready}) != 0) return;
    Received received = receive_bytes(plan_.socket, std::as_writable_bytes(std::span(&start_, 1)));
    // A container's group is the runtime's to join.
    if (received.kind != Received::Kind::message || received.size != sizeof(start_) ||
        start_.kind != Message::slot_start)
      return;
    exit_.kind = Message::slot_exit;
    if (received.fds_count != run_request_fds) {
      refuse("descriptors", EMFILE);
    } else if (start_run(received)) {
      for (Fd& file : received.fds) file.reset();  // or the run's output would never end while we live
      if (!await_report()) return;
    }
    const Fd collected = collect();
    const int file = collected.get();
    (void)send_message(plan_.socket, exit_, collected ? std::span(&file, 1) : std::span<const int>());
  }

 private:
  Result<void> make() {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    if (sigprocmask(SIG_SETMASK, &child, nullptr) != 0)
      return system_error(Errc::internal, "sigprocmask", "", errno);
    children_.reset(signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!children_) return system_error(Errc::internal, "signalfd", "", errno);
    return make_bundle(plan_.bundle);
  }

  bool refuse(const char* step, int error) {
    exit_.started = 0;
    exit_.error = error;
    exit_.step = step_name(step);
    return false;
  }

  bool start_run(const Received& received) {
    // A runtime makes the container's root the owner of the three streams: of a pipe it may.
    for (std::size_t i = 1; i < run_request_fds; ++i) {
      struct stat status {};
      if (fstat(received.fds[i].get(), &status) != 0 || !S_ISFIFO(status.st_mode))
        return refuse("streams", EINVAL);
    }
    struct stat description {};
    if (fstat(received.fds[0].get(), &description) != 0 || description.st_size < 0)
      return refuse("description", errno);
    const auto size = static_cast<std::uint64_t>(description.st_size);
    if (size > description_bytes_max) return refuse("description", EFBIG);
    const WorkArea area{start_.limits.disk_bytes, start_.limits.files, plan_.bundle.program_owner};
    if (auto added = add_run(area, size + control_bytes_beside); !added) {
      log::error("bundle not made slot={} error={}", plan_.slot, added.error().detail);
      return refuse("bundle", EIO);
    }
    if (int error = copy_description(received.fds[0].get(), size)) return refuse("description", error);
    if (int error = write_plan()) return refuse("plan", error);
    control_events_.reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!control_events_ ||
        inotify_add_watch(control_events_.get(), control_path, IN_CREATE | IN_MOVED_TO) < 0)
      return refuse("inotify", errno);
    return start_runtime(received);
  }

  // From kernel to kernel: its bytes are the run's alone.
  static int copy_description(int from, std::uint64_t size) {
    const Fd to = make_in_control(description_file);
    if (!to) return errno;
    off_t at = 0;
    while (static_cast<std::uint64_t>(at) < size) {
      const ssize_t copied = sendfile(to.get(), from, &at, size - static_cast<std::uint64_t>(at));
      if (copied < 0) return errno;
      if (copied == 0) return EIO;
    }
    return 0;
  }

  int write_plan() const {
    const Fd file = make_in_control(plan_file);
    if (!file) return errno;
    ContainerPlan plan{.limits = start_.limits};
    if (!fill(plan.slot_filter, plan_.filters->slot) || !fill(plan.run_filter, plan_.filters->run))
      return EFBIG;
    return write(file.get(), &plan, sizeof(plan)) == sizeof(plan) ? 0 : errno;
  }

  bool start_runtime(const Received& received) {
    runtime_ = fork();
    if (runtime_ < 0) return refuse("fork", errno);
    if (runtime_ == 0) exec_runtime(received);
    return true;
  }

  [[noreturn]] void exec_runtime(const Received& received) {
    for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int stream = 0; stream <= 2; ++stream)
      if (dup2(received.fds[static_cast<std::size_t>(stream) + 1].get(), stream) < 0) _exit(127);
    if (chdir("/") != 0 || syscall(SYS_close_range, 3, ~0U, 0) != 0) _exit(127);
    // Detached, or some runtimes stand between the container and its streams.
    const std::array<const char*, 11> arguments{
        plan_.runtime.c_str(), "--root",     state_path, "--log", log_path, "run", "--detach", "--bundle",
        bundle_path,           container_id, nullptr};
    const std::array<const char*, 3> environment{
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", nullptr};
    execve(plan_.runtime.c_str(), const_cast<char**>(arguments.data()),
           const_cast<char**>(environment.data()));
    _exit(127);
  }

  // False: the host is gone.
  bool await_report() {
    std::array<pollfd, 3> waiting{
        {{plan_.socket, POLLIN, 0}, {children_.get(), POLLIN, 0}, {control_events_.get(), POLLIN, 0}}};
    while (true) {
      const bool anybody = reap();
      if (!begun_ && is_in_control(begun_file)) {
        begun_ = true;
        if (send_message(plan_.socket, SlotBegun{Message::slot_begun}) != 0) return false;
      }
      // Looked for after the processes: who wrote it may be gone by now.
      if (is_in_control(report_file)) {
        read_report();
        return true;
      }
      if (runtime_failed_ || !anybody) {
        lose_container();
        return true;
      }
      if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return false;
      if (waiting[0].revents && !hear_host()) return false;
      drain();
    }
  }

  // Once it has begun, the kernel has killed it: for memory, which the host knows, or for an operator.
  void lose_container() {
    refuse("container", EIO);
    if (begun_) return;
    log::error("container not started slot={} runtime={} last_words={}", plan_.slot, plan_.runtime,
               last_words());
  }

  // What a runtime leaves behind is ours to reap: we are process 1. False: nobody is left.
  bool reap() {
    int status = 0;
    while (true) {
      const pid_t ended = waitpid(-1, &status, WNOHANG);
      if (ended == 0) return true;
      if (ended < 0) return errno != ECHILD;
      if (ended == runtime_) runtime_failed_ = status != 0;
    }
  }

  bool hear_host() {
    SlotGo go{};
    Received received = receive_bytes(plan_.socket, std::as_writable_bytes(std::span(&go, 1)));
    if (received.kind != Received::Kind::message || received.size != sizeof(go) ||
        go.kind != Message::slot_go)
      return false;
    return static_cast<bool>(make_in_control(go_file));
  }

  void drain() {
    signalfd_siginfo signal_info{};
    while (read(children_.get(), &signal_info, sizeof(signal_info)) > 0) {
    }
    alignas(inotify_event) std::array<char, 4096> events{};
    while (read(control_events_.get(), events.data(), events.size()) > 0) {
    }
  }

  // Whoever took the container over may have written it.
  void read_report() {
    const Fd file = open_beneath(control_path, report_file);
    SlotExit report{};
    if (!file || read(file.get(), &report, sizeof(report)) != sizeof(report) ||
        report.kind != Message::slot_exit || report.started > 1 ||
        !(WIFEXITED(report.wait_status) || WIFSIGNALED(report.wait_status))) {
      refuse("report", EBADMSG);
      return;
    }
    report.step.back() = '\0';
    exit_ = report;
  }

  // Opened when nobody is left who could change it.
  Fd collect() {
    start_.collect.back() = '\0';
    if (start_.collect[0] == '\0' || !exit_.started || exit_.wait_status != 0) return Fd();
    kill_all();
    return open_beneath(box_path, start_.collect.data());
  }

  const KeeperPlan& plan_;
  SlotStart start_{};
  SlotExit exit_{};
  Fd children_;
  Fd control_events_;
  pid_t runtime_ = -1;
  bool runtime_failed_ = false;
  bool begun_ = false;
};

}  // namespace

void run_keeper(const KeeperPlan& plan) {
  Keeper(plan).run();
  _exit(0);
}

}  // namespace code_exec::sandbox
