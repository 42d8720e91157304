// The library that an interpreter started ahead of its job loads (LD_PRELOAD). It lets it start, and waits
// for the job where the interpreter first looks for its script, which is then written; from there on it is as
// if the interpreter had only now got so far.
//
// Node.js: libuv asks for the script's statx(2) before it opens it, through syscall(2) where libc had no
// function for it yet.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "sandbox/ahead/own_variables.h"
#include "sandbox/ahead/shown_parent.h"
#include "sandbox/ahead/waiting_run.h"

namespace code_exec::sandbox {
namespace {

// Out of the way: an interpreter's own descriptors get the numbers that they get without us. Below 64, where
// the kernel's table of a process would grow (FDSize of proc_pid_status(5)).
constexpr int socket_number_min = 56;

using Syscall = long (*)(long, ...);
Syscall libc_syscall = nullptr;
int socket_number = -1;  // -1: nothing is waited for
int own_arguments = 0;
std::array<char, PATH_MAX> script{};

// Before the interpreter's own first instruction.
__attribute__((constructor)) void take_place(int count, char** arguments, char**) {
  libc_syscall = reinterpret_cast<Syscall>(dlsym(RTLD_NEXT, "syscall"));
  if (!take_own_variables() || count < 2) return;
  own_arguments = count;
  std::snprintf(script.data(), script.size(), "/box/%s", arguments[count - 1]);
  socket_number = fcntl(warm_socket_number, F_DUPFD_CLOEXEC, socket_number_min);
  close(warm_socket_number);
  close(warm_library_number);
}

void wait_at(const char* path) {
  static std::atomic<bool> reached = false;
  if (socket_number < 0 || !path || std::strcmp(path, script.data()) != 0 || reached.exchange(true)) return;
  static WaitingRun run(socket_number, {.descriptors = WaitingRun::Descriptors::kept});
  // What it is called with it has been told already.
  if (static_cast<int>(run.wait().arguments_count) != own_arguments) run.refuse("arguments", EINVAL);
  run.begun();
}

}  // namespace
}  // namespace code_exec::sandbox

#define EXPORTED extern "C" __attribute__((visibility("default")))

// More than it is called with may be read: six registers, whatever is in them, as libc itself does.
EXPORTED long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  std::array<long, 6> values{};
  for (long& value : values) value = va_arg(list, long);
  va_end(list);
  if (number == SYS_statx) code_exec::sandbox::wait_at(reinterpret_cast<const char*>(values[1]));
  return code_exec::sandbox::libc_syscall(number, values[0], values[1], values[2], values[3], values[4],
                                          values[5]);
}

EXPORTED int statx(int directory, const char* path, int flags, unsigned mask, struct statx* result) {
  return static_cast<int>(syscall(SYS_statx, directory, path, flags, mask, result));
}

EXPORTED pid_t getppid() {
  return code_exec::sandbox::shown_parent();
}
