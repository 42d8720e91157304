#include "sandbox/slot/user_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {
namespace {

int write_text(const char* path, const char* text) {
  Fd file(open(path, O_WRONLY | O_CLOEXEC));
  if (!file) return errno;
  return write(file.get(), text, std::strlen(text)) < 0 ? errno : 0;
}

int write_maps(pid_t pid, unsigned outer_id) {
  std::array<char, 64> path{};
  std::array<char, 64> line{};
  std::snprintf(line.data(), line.size(), "%u %u 1\n", program_id, outer_id);
  std::snprintf(path.data(), path.size(), "/proc/%d/uid_map", pid);
  if (int error = write_text(path.data(), line.data())) return error;
  std::snprintf(path.data(), path.size(), "/proc/%d/gid_map", pid);
  return write_text(path.data(), line.data());
}

}  // namespace

int make_program_namespace(unsigned outer_id, Fd& user_namespace) {
  // A helper makes the namespace and holds it until we have its descriptor; a byte each way keeps us in step.
  std::array<int, 2> made{};
  std::array<int, 2> done{};
  if (pipe2(made.data(), O_CLOEXEC) != 0) return errno;
  Fd made_read(made[0]), made_write(made[1]);
  if (pipe2(done.data(), O_CLOEXEC) != 0) return errno;
  Fd done_read(done[0]), done_write(done[1]);

  const pid_t helper = fork();
  if (helper < 0) return errno;
  if (helper == 0) {
    // Its /proc entries belong to nobody we are while it is not dumpable, and the maps are written there.
    int error = prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ? 0 : errno;
    if (error == 0 && unshare(CLONE_NEWUSER) != 0) error = errno;
    (void)!write(made_write.get(), &error, sizeof(error));
    done_write.reset();
    char byte = 0;
    (void)!read(done_read.get(), &byte, 1);
    _exit(0);
  }
  int error = EPIPE;
  made_write.reset();
  if (read(made_read.get(), &error, sizeof(error)) != sizeof(error)) error = EPIPE;
  if (error == 0) error = write_maps(helper, outer_id);
  if (error == 0) {
    std::array<char, 64> path{};
    std::snprintf(path.data(), path.size(), "/proc/%d/ns/user", helper);
    user_namespace.reset(open(path.data(), O_RDONLY | O_CLOEXEC));
    if (!user_namespace) error = errno;
  }
  done_write.reset();
  waitpid(helper, nullptr, 0);
  return error;
}

int enter_user_namespace(const RunContext& context) {
  return setns(context.user_namespace, CLONE_NEWUSER) == 0 ? 0 : errno;
}

}  // namespace code_exec::sandbox
