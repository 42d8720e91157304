// A warm parent: an interpreter that has started and imported, and forks runs into slots. This file is the
// library that the sandbox host has the distribution's own /usr/bin/python3 load (LD_PRELOAD), as
//
//   /usr/bin/python3 main.py          in /box, where main.py is empty
//
// So the interpreter starts as it would for a program, to the last setting, and comes to the point where it
// opens main.py: there it is ours. It imports what programs import, takes the slots' system call filter on,
// and waits for the host to ask for a fork (sandbox/ahead/forks.h).
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "sandbox/ahead/confinement.h"
#include "sandbox/ahead/forks.h"
#include "sandbox/ahead/own_variables.h"
#include "sandbox/ahead/shown_parent.h"
#include "sandbox/ahead/waiting_run.h"
#include "sandbox/warm/fresh_memory.h"
#include "sandbox/warm/program.h"

namespace code_exec::sandbox {
namespace {

constexpr std::size_t usual_arguments = 2;  // the interpreter and its script

using Open = FILE* (*)(const char*, const char*);

// libc's own, looked up before anybody is forked.
Open libc_fopen = nullptr;
Open libc_fopen64 = nullptr;

void find_libc() {
  if (libc_fopen) return;
  libc_fopen = reinterpret_cast<Open>(dlsym(RTLD_NEXT, "fopen"));
  libc_fopen64 = reinterpret_cast<Open>(dlsym(RTLD_NEXT, "fopen64"));
}

class Parent final : public Forks {
  bool prepare(const WarmPlan& plan) override {
    if (!prepare_interpreter({plan.imports.data(), plan.imports.size()})) return false;
    data_bytes_ = data_bytes();
    return data_bytes_ > 0 && share_page_tables();
  }
  void settle() override { use_up_free_blocks(); }
  void before_fork() override { PyOS_BeforeFork(); }
  void after_fork_in_parent() override { PyOS_AfterFork_Parent(); }

  [[noreturn]] void live(const WarmPlan& plan, const WarmFork& fork, std::span<const Fd> fds) override {
    Confinement(plan, fork, fds).apply_or_exit();
    PyOS_AfterFork_Child();
    warm_up();
    WaitingRun run(warm_socket_number,
                   {.limit_per_process = plan.limit_per_process != 0, .shared_data_bytes = data_bytes_});
    const Command& command = run.wait();
    FILE* script = libc_fopen64(script_path, "rb");
    if (!script) run.refuse("exec", errno);
    if (command.arguments_count != usual_arguments &&
        !set_arguments({command.arguments.data(), command.arguments_count}))
      run.refuse("arguments", ENOMEM);
    run.begun();
    run_script(script);
  }

  // A fork copies no page tables of a mapped file, so that each run would fault the interpreter's code in
  // again; it does copy them where a page of the mapping is the process's own (vma_needs_copy in
  // mm/memory.c). Makes one so in each mapping that every run uses much of: a byte is written as it was. For
  // others the copy costs more than the faults (measured: a page of either 0.1 us, a fault 2 us). Where it is
  // refused, runs are slower.
  static bool share_page_tables() {
    const std::unique_ptr<FILE, int (*)(FILE*)> maps(libc_fopen64("/proc/self/maps", "re"), fclose);
    if (!maps) return false;
    std::array<char, 4352> line{};  // proc_pid_maps(5): addresses, permissions, and a path at most
    while (std::fgets(line.data(), line.size(), maps.get())) {
      std::uintptr_t begin = 0;
      std::uintptr_t end = 0;
      std::array<char, 5> permissions{};
      int path_at = 0;
      if (std::sscanf(line.data(), "%lx-%lx %4s %*x %*s %*u %n", &begin, &end, permissions.data(),
                      &path_at) != 3)
        return false;
      const bool is_private_file = permissions[0] == 'r' && permissions[1] == '-' && permissions[3] == 'p';
      if (!is_private_file || !is_of_every_run(line.data() + path_at)) continue;
      auto* const bytes = reinterpret_cast<volatile char*>(begin);
      const int usual = PROT_READ | (permissions[2] == 'x' ? PROT_EXEC : 0);
      if (mprotect(reinterpret_cast<void*>(begin), end - begin, usual | PROT_WRITE) != 0) continue;
      *bytes = *bytes;
      if (mprotect(reinterpret_cast<void*>(begin), end - begin, usual) != 0) return false;
    }
    return true;
  }

  static bool is_of_every_run(const char* path) {
    for (const char* part : {"/python3", "/libpython3", "/libc.so.", "/ld-linux"})
      if (std::strstr(path, part)) return true;
    return false;
  }

  // Of its memory, what RLIMIT_DATA counts: it is no program's.
  static std::uint64_t data_bytes() {
    const Fd file(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
    std::array<char, 256> text{};
    if (!file || read(file.get(), text.data(), text.size() - 1) <= 0) return 0;
    unsigned long pages = 0;  // proc_pid_statm(5): size resident shared text lib data dt
    if (std::sscanf(text.data(), "%*u %*u %*u %*u %*u %lu", &pages) != 1) return 0;
    return pages * static_cast<std::uint64_t>(getpagesize());
  }

  std::uint64_t data_bytes_ = 0;
};

// Before the interpreter looks at its environment.
__attribute__((constructor)) void hide_library() {
  if (take_own_variables()) close(warm_library_number);
}

// The interpreter opens its script: the moment at which it is ready and no Python code is on its stack. It
// has let go of its lock for the call.
void serve_at_script(const char* path) {
  static bool reached = false;
  if (reached || std::strcmp(path, script_path) != 0) return;
  reached = true;
  PyEval_RestoreThread(PyGILState_GetThisThreadState());
  Parent().serve();
  _exit(1);
}

}  // namespace
}  // namespace code_exec::sandbox

#define EXPORTED extern "C" __attribute__((visibility("default")))

// Both names: which one an interpreter was built to call depends on how.
EXPORTED FILE* fopen64(const char* path, const char* mode) {
  code_exec::sandbox::find_libc();
  code_exec::sandbox::serve_at_script(path);
  return code_exec::sandbox::libc_fopen64(path, mode);
}

EXPORTED FILE* fopen(const char* path, const char* mode) {
  code_exec::sandbox::find_libc();
  code_exec::sandbox::serve_at_script(path);
  return code_exec::sandbox::libc_fopen(path, mode);
}

EXPORTED pid_t getppid() {
  return code_exec::sandbox::shown_parent();
}
