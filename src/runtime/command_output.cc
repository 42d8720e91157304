#include "runtime/command_output.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/fd.h"

extern "C" {  // glibc 2.36's header does not say so itself
#include <sys/pidfd.h>
}

namespace code_exec::runtime {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr std::size_t pipe_bytes = 64 << 10;
constexpr std::size_t output_max = 16 << 10;  // more is read and dropped

struct Pipe {
  Fd reader;
  Fd writer;
};

// A child that is killed, with its process group, and reaped at the latest when this goes.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() { reap(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  // The group is killed before the child is reaped: until then its number cannot be another group's.
  int reap() {
    if (pid_ < 0) return status_;
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status_;
  }

 private:
  pid_t pid_;
  int status_ = 0;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) return system_error(Errc::unavailable, "pipe2", "", errno);
  Pipe made{Fd(ends[0]), Fd(ends[1])};
  // Ours alone: the program may rely on writes that block.
  if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) return system_error(Errc::internal, "fcntl", "", errno);
  return made;
}

Result<pid_t> spawn(const std::vector<std::string>& argv, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawn_file_actions_addchdir_np(&actions, "/");

  // Blocked and ignored signals are inherited over exec; a program must not feel ours.
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);

  std::vector<std::string> environment{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"};
  std::vector<std::string> arguments = argv;
  auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  };
  pid_t pid = -1;
  const int failure = ::posix_spawn(&pid, argv.front().c_str(), &actions, &attributes,
                                    pointers(arguments).data(), pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return system_error(Errc::unavailable, "posix_spawn", argv.front(), failure);
  return pid;
}

// Reads what there is now, at most what a pipe holds: a program that never stops writing must not keep us
// from the deadline. Returns false at the end of the stream.
bool read_available(int fd, std::string& output) {
  std::array<char, 4096> buffer;
  for (std::size_t read = 0; read < pipe_bytes; read += buffer.size()) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN;
    if (count == 0) return false;
    const std::size_t room = output_max - output.size();
    output.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
  }
  return true;
}

// Until the process has exited; the stream's end alone means nothing, a process may close it early or leave
// it to a child. Errc::timeout.
Result<std::string> read_until_exit(int process, int stream, Deadline deadline) {
  std::string output;
  std::array<pollfd, 2> watched{pollfd{process, POLLIN, 0}, pollfd{stream, POLLIN, 0}};
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Error{Errc::timeout, "did not end in time", {}};
    const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return system_error(Errc::internal, "poll", "", errno);
    if (ready <= 0) continue;
    if (watched[1].revents != 0 && !read_available(stream, output)) watched[1].fd = -1;
    if (watched[0].revents != 0) {
      (void)read_available(stream, output);
      return output;
    }
  }
}

}  // namespace

Result<std::string> command_output(const std::vector<std::string>& argv, std::chrono::milliseconds time_max) {
  const Deadline deadline = std::chrono::steady_clock::now() + time_max;
  auto pipe = make_pipe();
  if (!pipe) return pipe.error();
  auto pid = spawn(argv, pipe->writer.get());
  if (!pid) return pid.error();
  Child child(*pid);
  pipe->writer.reset();
  Fd process(::pidfd_open(child.pid(), 0));
  if (!process) return system_error(Errc::internal, "pidfd_open", argv.front(), errno);

  auto output = read_until_exit(process.get(), pipe->reader.get(), deadline);
  if (!output) return Error{output.error().code, argv.front() + " " + output.error().detail, {}};
  const int status = child.reap();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return output;
  const std::string end = WIFEXITED(status) ? "exited with code " + std::to_string(WEXITSTATUS(status))
                                            : "was ended by signal " + std::to_string(WTERMSIG(status));
  return Error{Errc::unavailable, argv.front() + " " + end, {}};
}

}  // namespace code_exec::runtime
