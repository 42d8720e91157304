// The launcher: the process the operator started. It has no thread, no network and reads nothing; it starts
// the sandbox host and the service, starts the host again when it dies, and ends with the service.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/log.h"
#include "sandbox/host/host.h"
#include "sandbox/host_client.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

sigset_t launcher_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

// Host and service need a dozen descriptors for each run. Runs get a limit of their own.
void raise_open_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

class Launcher {
 public:
  explicit Launcher(const HostOptions& options) : options_(options) {}

  int run(const std::function<int(Fd)>& service) {
    if (int error = make_socket_pair(to_service_, connections_)) {
      log::error("launcher cannot start error={}", strerrordesc_np(error));
      return 1;
    }
    // A service that takes no connections must not hold us up: the next one it does not take is our end, and
    // its.
    if (fcntl(to_service_.get(), F_SETFL, O_NONBLOCK) != 0) return 1;
    raise_open_files();
    // Warm runs are children of the host's: when it dies, they are ours to reap.
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    const sigset_t signals = launcher_signals();
    sigprocmask(SIG_BLOCK, &signals, &original_mask_);
    if (!start_host()) return 1;
    service_ = fork();
    if (service_ < 0) return 1;
    if (service_ == 0) {
      become_child();
      to_service_.reset();
      // exit, not return: what the launcher's caller owns is not the service's to clean up.
      exit(service(std::move(connections_)));
    }
    connections_.reset();
    return wait();
  }

 private:
  void become_child() {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    sigprocmask(SIG_SETMASK, &original_mask_, nullptr);
  }

  // A new host and, for the service, a connection to it.
  bool start_host() {
    Fd service_end;
    Fd host_end;
    if (make_socket_pair(service_end, host_end) != 0) return false;
    host_ = fork();
    if (host_ < 0) return false;
    if (host_ == 0) {
      become_child();
      signal(SIGINT, SIG_IGN);
      signal(SIGTERM, SIG_IGN);
      to_service_.reset();
      // Else a service that ends before it took its connection up would leave it open here, and the host
      // would wait for ever.
      connections_.reset();
      service_end.reset();
      _exit(run_host(options_, std::move(host_end)));
    }
    const char byte = 0;
    const int fd = service_end.get();
    return send_message(to_service_.get(), byte, std::span(&fd, 1)) == 0;
  }

  int wait() {
    const sigset_t signals = launcher_signals();
    while (true) {
      const int number = sigwaitinfo(&signals, nullptr);
      if (number == SIGTERM || number == SIGINT || number == SIGHUP) kill(service_, SIGTERM);
      int status = 0;
      for (pid_t changed; (changed = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0;) {
        if (WIFSTOPPED(status)) {
          // Runs would wait for a host that somebody stopped, without end. Not for a service: Ctrl-Z stops it
          // too.
          if (changed == host_) kill(host_, SIGKILL);
          continue;
        }
        if (changed == service_) return finish(status);
        if (changed == host_ && !host_ended(status)) return end_service();
      }
    }
  }

  // True when the service can go on with a new host.
  bool host_ended(int status) {
    host_ = -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == host_exit_done) return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == host_exit_cannot) {
      return false;
    }
    log::error("sandbox host ended, starting another status={}", status);
    // One that ends again and again must not take the processor with it.
    constexpr timespec pause{0, 100'000'000};
    nanosleep(&pause, nullptr);
    return start_host();
  }

  // There will be no host. A service that had ended already said why.
  int end_service() {
    kill(service_, SIGKILL);
    int status = 0;
    waitpid(service_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }

  int finish(int service_status) {
    // The host sees its connection close and takes everything confined with it.
    if (host_ > 0) waitpid(host_, nullptr, 0);
    return WIFEXITED(service_status) ? WEXITSTATUS(service_status) : 128 + WTERMSIG(service_status);
  }

  HostOptions options_;
  Fd to_service_;
  Fd connections_;  // the service's end of it
  sigset_t original_mask_{};
  pid_t host_ = -1;
  pid_t service_ = -1;
};

}  // namespace

Result<LoneHost> start_lone_host(const HostOptions& options) {
  Fd to_service;
  LoneHost host;
  Fd service_end;
  Fd host_end;
  int error = make_socket_pair(to_service, host.connections);
  if (!error) error = make_socket_pair(service_end, host_end);
  if (error) return system_error(Errc::unavailable, "socketpair", "", error);
  host.process = fork();
  if (host.process < 0) return system_error(Errc::unavailable, "fork", "sandbox host", errno);
  if (host.process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    service_end.reset();
    to_service.reset();
    host.connections.reset();
    _exit(run_host(options, std::move(host_end)));
  }
  const char byte = 0;
  const int fd = service_end.get();
  if (int sent = send_message(to_service.get(), byte, std::span(&fd, 1)))
    return system_error(Errc::internal, "send", "host connection", sent);
  return host;
}

int run_processes(const HostOptions& options, const std::function<int(Fd)>& service) {
  return Launcher(options).run(service);
}

}  // namespace code_exec::sandbox
