#include "sandbox/host/host.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <deque>

#include "base/log.h"
#include "sandbox/host/messages.h"
#include "sandbox/host/slots.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

constexpr std::chrono::seconds send_bound{2};  // for the service to take an answer
constexpr std::size_t requests_waiting_max = 1024;

class Host final : public SlotsListener {
 public:
  Host(const HostOptions& options, Fd service)
      : service_(std::move(service)), options_(options), slots_(options_, poller_, *this) {}

  // Everything that must be there before the first run.
  Result<void> prepare() {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    const timeval bound{send_bound.count(), 0};
    if (setsockopt(service_.get(), SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound)) != 0)
      return system_error(Errc::internal, "setsockopt", "SO_SNDTIMEO", errno);
    if (auto opened = poller_.open(); !opened) return opened;
    if (auto watched = poller_.watch(service_.get(), Source::service); !watched) return watched;
    if (auto watched = watch_children(); !watched) return watched;
    return slots_.prepare();
  }

  int serve() {
    while (!stopping_) {
      slots_.tick();
      if (stopping_) break;
      bool children = false;
      const bool waited = poller_.wait(slots_.next_deadline(), [&](Source source, std::size_t index) {
        if (source == Source::service) return on_service();
        if (source == Source::child) {
          children = true;
          return;
        }
        slots_.handle(source, index);
      });
      if (!waited) give_up("epoll_wait failed");
      // Last: while a message's sender is not reaped, its pid cannot be another process.
      if (children) reap();
    }
    slots_.shut_down();
    return exit_code_;
  }

  void run_ended(RunEnd& end, std::span<const int> fds) override {
    end.kind = Message::run_end;
    end.slots_replaced = slots_.replaced();
    // A service that does not read its answers for send_bound is lost, and the host ends with it.
    if (send_message(service_.get(), end, fds) != 0) give_up("service does not take its answers");
  }

  void slot_ready() override {
    while (!waiting_.empty()) {
      // Out of the queue first: begin() may put back what it could not begin after all.
      PendingRun run = std::move(waiting_.front());
      waiting_.pop_front();
      if (slots_.begin(run)) continue;
      return waiting_.push_front(std::move(run));
    }
  }

  void run_not_begun(PendingRun run) override {
    waiting_.push_front(std::move(run));
    slot_ready();
  }

  void no_slot_can_be_made() override {
    exit_code_ = host_exit_cannot;
    stopping_ = true;
  }

 private:
  Result<void> watch_children() {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, nullptr);
    children_.reset(signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!children_) return system_error(Errc::internal, "signalfd", "", errno);
    return poller_.watch(children_.get(), Source::child);
  }

  void on_service() {
    std::array<std::byte, service_message_max> buffer;
    Received received = receive_bytes(service_.get(), buffer);
    if (received.kind == Received::Kind::closed) {
      stopping_ = true;
      return;
    }
    if (received.kind != Received::Kind::message) return give_up("service connection broken");
    const auto bytes = std::span<const std::byte>(buffer).first(received.size);
    if (auto run = read_run_request(bytes)) return on_run_request(*run, received);
    if (auto kill = read_kill_request(bytes)) return on_kill_request(*kill);
    if (auto signal = read_signal_request(bytes)) return slots_.signal(signal->run_id, signal->number);
    give_up("service sent nonsense");
  }

  void on_run_request(const RunRequest& request, Received& received) {
    // Two runs of one id could not be told apart. Ids only grow, so the last one is all there is to remember.
    if (request.run_id <= last_run_id_) return give_up("service used the id of a run again");
    last_run_id_ = request.run_id;
    if (!is_acceptable(request)) return refuse(request, "request", EINVAL);
    if (received.fds_count != run_request_fds) return refuse(request, "descriptors", EMFILE);
    if (!are_of_a_run(std::span(received.fds).first(run_request_fds)))
      return refuse(request, "descriptors", EBADF);
    if (waiting_.size() >= requests_waiting_max) return refuse(request, "request queue", EAGAIN);
    PendingRun pending{request, {}};
    for (std::size_t i = 0; i < run_request_fds; ++i) pending.fds[i] = std::move(received.fds[i]);
    if (!waiting_.empty() || !slots_.begin(pending)) waiting_.push_back(std::move(pending));
  }

  void on_kill_request(const KillRequest& request) {
    if (slots_.kill(request.run_id, request.reason)) return;
    auto pending = std::find_if(waiting_.begin(), waiting_.end(),
                                [&](const PendingRun& run) { return run.request.run_id == request.run_id; });
    if (pending == waiting_.end()) return;  // it has ended meanwhile; its RunEnd is on the way
    waiting_.erase(pending);
    RunEnd end{};
    end.run_id = request.run_id;
    end.ended_by = EndedBy::killed;
    end.value = static_cast<std::int32_t>(request.reason);
    run_ended(end, {});
  }

  void refuse(const RunRequest& request, const char* step, int error) {
    RunEnd end = refusal(request.run_id, step, error);
    run_ended(end, {});
  }

  // Ends this host for a reason of its own: the launcher starts another.
  void give_up(const char* why) {
    if (!stopping_) log::error("sandbox host gives up why={}", why);
    exit_code_ = host_exit_restart;
    stopping_ = true;
  }

  void reap() {
    signalfd_siginfo told{};
    while (read(children_.get(), &told, sizeof(told)) > 0)
      if (told.ssi_code == CLD_STOPPED || told.ssi_code == CLD_CONTINUED)
        slots_.on_child_signal(static_cast<pid_t>(told.ssi_pid));
    siginfo_t child{};
    rusage used{};
    // waitid(2) takes a rusage, which libc's does not.
    constexpr int wanted = WEXITED | WSTOPPED | WNOHANG;
    while (syscall(SYS_waitid, P_ALL, 0, &child, wanted, &used) == 0 && child.si_pid != 0) {
      if (child.si_code == CLD_STOPPED) {
        // An init, a parent or a waiting run that somebody stopped answers no more, and a run would end at a
        // limit that is not its own. It is not reaped, so the pid is still its own.
        if (!slots_.is_running(child.si_pid)) kill(child.si_pid, SIGKILL);
      } else {
        slots_.on_child_end(child.si_pid, status_of(child), used);
      }
      child = {};
    }
  }

  // As wait(2) tells it.
  static int status_of(const siginfo_t& child) {
    if (child.si_code == CLD_EXITED) return W_EXITCODE(child.si_status, 0);
    return W_EXITCODE(0, child.si_status);
  }

  Fd service_;
  Fd children_;
  HostOptions options_;
  Poller poller_;
  Slots slots_;
  std::deque<PendingRun> waiting_;
  std::uint64_t last_run_id_ = 0;
  bool stopping_ = false;
  int exit_code_ = host_exit_done;
};

}  // namespace

int run_host(const HostOptions& options, Fd service) {
  // Its own session: Ctrl-C at the terminal is for the service, which ends us when it has drained.
  setsid();
  Host host(options, std::move(service));
  if (auto prepared = host.prepare(); !prepared) {
    log::error("sandbox cannot be made error={}", prepared.error().detail);
    return host_exit_cannot;
  }
  return host.serve();
}

}  // namespace code_exec::sandbox
