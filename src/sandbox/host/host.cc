#include "sandbox/host/host.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <deque>

#include "base/log.h"
#include "sandbox/host/slots.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

constexpr std::chrono::seconds send_bound{2};  // for the service to take an answer
constexpr std::size_t requests_waiting_max = 1024;
// Limits outside these are not the service's to ask for, whatever its configuration says.
constexpr std::uint64_t ms_max = 24ULL * 3600 * 1000;
constexpr std::uint64_t bytes_max = 1ULL << 42;
constexpr std::uint32_t count_max = 1U << 24;

bool acceptable(const RunRequest& request) {
  const WireLimits& limits = request.limits;
  return request.kind == Message::run_request && request.version == protocol_version && limits.cpu_ms > 0 &&
         limits.cpu_ms <= ms_max && limits.wall_ms > 0 && limits.wall_ms <= ms_max &&
         limits.memory_bytes > 0 && limits.memory_bytes <= bytes_max && limits.disk_bytes > 0 &&
         limits.disk_bytes <= bytes_max && limits.processes > 0 && limits.processes <= count_max &&
         limits.files > 0 && limits.files <= count_max && request.collect.back() == '\0';
}

class Host final : public SlotsListener {
 public:
  Host(const HostOptions& options, Fd service)
      : service_(std::move(service)), options_(options), slots_(options_, poller_, *this) {}

  // Everything that must be there before the first run.
  Result<void> prepare() {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    // Inits of slots become our children when those who forked them end.
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
      return system_error(Errc::internal, "prctl", "PR_SET_CHILD_SUBREAPER", errno);
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
    while (!waiting_.empty() && slots_.begin(waiting_.front())) waiting_.pop_front();
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
    union {
      Message kind;
      RunRequest run;
      KillRequest kill;
    } message{};
    Received received = receive_bytes(service_.get(), std::as_writable_bytes(std::span(&message, 1)));
    if (received.kind == Received::Kind::closed) {
      stopping_ = true;
      return;
    }
    if (received.kind != Received::Kind::message) return give_up("service connection broken");
    if (received.size == sizeof(RunRequest) && message.kind == Message::run_request) {
      on_run_request(message.run, received);
    } else if (received.size == sizeof(KillRequest) && message.kind == Message::kill_request) {
      on_kill_request(message.kill);
    } else {
      give_up("service sent nonsense");
    }
  }

  void on_run_request(const RunRequest& request, Received& received) {
    if (!acceptable(request)) return refuse(request, "request", EINVAL);
    if (received.fds_count != run_request_fds) return refuse(request, "descriptors", EMFILE);
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
    signalfd_siginfo ignored{};
    while (read(children_.get(), &ignored, sizeof(ignored)) > 0) {
    }
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  }

  Fd service_;
  Fd children_;
  HostOptions options_;
  Poller poller_;
  Slots slots_;
  std::deque<PendingRun> waiting_;
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
