// What `doctor` asks of a host. The last check is the one that counts: a real cage with a program run in it;
// the others say which part is missing when it fails, and what to do about it.
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sandbox/advice.h"
#include "sandbox/host/cgroup.h"
#include "sandbox/host/isolation.h"
#include "sandbox/host/messages.h"
#include "sandbox/host/seccomp_filter.h"
#include "sandbox/host/warm_parents.h"
#include "sandbox/host_client.h"
#include "sandbox/oci/oci_isolation.h"
#include "sandbox/surroundings.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

Check check_kernel() {
  utsname name{};
  uname(&name);
  int major = 0;
  int minor = 0;
  (void)std::sscanf(name.release, "%d.%d", &major, &minor);
  const bool recent = major > 5 || (major == 5 && minor >= 12);
  std::string detail = "Linux " + std::string(name.release);
  if (!recent) detail += "; mount_setattr needs 5.12 or later: use a newer kernel";
  return {"kernel", recent, detail};
}

std::string text_of(int error) {
  return strerrordesc_np(error);
}

// What `probe` returns, an errno; in a child, for a namespace cannot be left again.
template <class Probe>
int in_child(Probe probe) {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(probe());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}

int errno_of(long result) {
  return result < 0 ? errno : 0;
}

int try_user_namespace() {
  return errno_of(unshare(CLONE_NEWUSER));
}

Check check_user_namespaces(const Surroundings& around) {
  const int error = in_child(try_user_namespace);
  if (error == 0) return {"user namespaces", true, "can be made"};
  return {"user namespaces", false,
          "unshare: " + text_of(error) + "; " + user_namespace_advice(error, around)};
}

// Root hands out ids of its own; without root there is nothing to have.
Check check_ids(const Surroundings& around) {
  if (!around.root)
    return {"ids", true, "not root: the programs of all slots share one id outside; newuidmap is not needed"};
  if (const std::string missing = missing_capabilities(around); !missing.empty())
    return {"ids", false, capability_advice(missing, around)};
  if (!around.ids_mapped)
    return {"ids", false,
            "this user namespace has no ids from 60600 on (/proc/self/uid_map): map 65536 of them, or "
            "start code-exec as an ordinary user"};
  return {"ids", true, "every slot has an id of its own outside"};
}

int enter_namespaces() {
  return errno_of(
      unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS));
}

// Each as root of new namespaces, and so that it does no more than be let through: a filter's refusal shows,
// for the kernel's own answer would be another.
struct Call {
  const char* name;
  int (*apply)();
};
constexpr std::array<Call, 6> calls{{
    {"setns", [] { return errno_of(setns(-1, CLONE_NEWUSER)); }},
    {"mount", [] { return errno_of(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr)); }},
    {"mount_setattr",
     [] {
       mount_attr nothing{};
       return errno_of(syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &nothing, sizeof(nothing)));
     }},
    {"pivot_root", [] { return errno_of(syscall(SYS_pivot_root, "/nowhere", "/nowhere")); }},
    {"umount2", [] { return errno_of(umount2("/nowhere", 0)); }},
    {"sethostname", [] { return errno_of(sethostname("sandbox", 7)); }},
}};

bool is_refusal(int error) {
  return error == EPERM || error == EACCES || error == ENOSYS;
}

Check check_calls(const Surroundings& around) {
  if (const int error = in_child(enter_namespaces))
    return {"system calls", false,
            "namespaces: unshare: " + text_of(error) + "; " + refused_call_advice(error, around)};
  std::string refused;
  int why = 0;
  for (const Call& call : calls) {
    const int error = in_child([&] {
      const int entered = enter_namespaces();
      return entered ? entered : call.apply();
    });
    if (!is_refusal(error)) continue;
    refused += (refused.empty() ? "" : ", ") + std::string(call.name);
    why = error;
  }
  if (refused.empty()) return {"system calls", true, "those that build a sandbox are let through"};
  return {"system calls", false,
          "refused: " + refused + ": " + text_of(why) + "; " + refused_call_advice(why, around)};
}

// A procfs as a slot has it. The child of the one who made the pid namespace is the first in it.
int try_proc() {
  if (int error = enter_namespaces()) return error;
  return in_child([] {
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return errno;
    return errno_of(
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=invisible,subset=pid"));
  });
}

Check check_proc(const Surroundings& around) {
  const int error = in_child(try_proc);
  if (error == 0) return {"proc", true, "a slot can have its own"};
  return {"proc", false, "mount: " + text_of(error) + "; " + proc_advice(error, around)};
}

Check check_devices() {
  std::string missing;
  for (const char* path : {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"}) {
    struct stat status {};
    if (stat(path, &status) == 0 && S_ISCHR(status.st_mode)) continue;
    missing += (missing.empty() ? "" : ", ") + std::string(path);
  }
  if (missing.empty()) return {"devices", true, "null, zero, full, random and urandom are there"};
  return {"devices", false,
          "missing in /dev: " + missing + "; programs are given the host's: mount a /dev that has them"};
}

Check check_cgroups(CgroupUse use, const Surroundings& around) {
  if (use == CgroupUse::none)
    return {"cgroups", true, "given up by --without-cgroups: a run's processes are limited one by one"};
  const char* swap =
      around.swap_unbounded
          ? "; swap is not counted, so a run's memory may be its limit and all of swap: boot with "
            "swapaccount=1, or swapoff -a"
          : "";
  if (open_cgroup_tree_v2()) return {"cgroups", true, std::string("v2 with memory, pids and cpu") + swap};
  if (open_cgroup_tree_v1())
    return {"cgroups", true, std::string("v1 with memory, pids, cpu and cpuacct") + swap};
  auto neither = open_cgroup_tree();
  return {"cgroups", false, neither ? "" : neither.error().detail};
}

int install(const std::vector<sock_filter>& filter) {
  sock_fprog program{static_cast<unsigned short>(filter.size()), const_cast<sock_filter*>(filter.data())};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  return errno_of(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}

Check check_seccomp(const Surroundings& around) {
  auto filters = build_seccomp_filters();
  if (!filters) return {"seccomp", false, filters.error().detail};
  if (const int error = in_child([&] { return install(filters->slot); }))
    return {"seccomp", false,
            "a filter cannot be installed: " + text_of(error) + "; " + refused_call_advice(error, around)};
  return {"seccomp", true, std::to_string(filters->slot.size()) + " instructions"};
}

// The steps up to a ready slot, one by one, so that a failure has the name of its step.
Result<void> try_slot(const HostOptions& options) {
  auto filters = build_seccomp_filters();
  if (!filters) return filters.error();
  auto isolation = make_cage_isolation(options, *filters);
  if (!isolation) return Error{Errc::unavailable, "the cage was not built: " + isolation.error().detail, {}};
  auto slot = (*isolation)->start_slot(0);
  if (!slot) return slot.error();
  constexpr int bound_ms = 10'000;
  std::array<std::byte, init_message_max> buffer;
  std::span<const std::byte> bytes;
  Received received;
  do {  // SlotBorn comes first
    pollfd waiting{slot->socket.get(), POLLIN, 0};
    if (poll(&waiting, 1, bound_ms) != 1)
      return Error{Errc::timeout, "the slot was not ready within 10 s", {}};
    received = receive_bytes(slot->socket.get(), buffer);
    bytes = std::span(buffer).first(received.kind == Received::Kind::message ? received.size : 0);
  } while (read_slot_born(bytes, received.fds_count));
  const auto ready = read_slot_ready(bytes, received.fds_count, true);
  if (!ready) return Error{Errc::unavailable, "the slot's first process died", {}};
  if (ready->failed)
    return Error{Errc::unavailable,
                 "the slot was not made: " + std::string(ready->step.data()) + ": " + text_of(ready->error),
                 {}};
  return ok();
}

Check check_oci_runtime(const HostOptions& options) {
  auto found = check_oci(options);
  return {"OCI runtime", static_cast<bool>(found), found ? *found : found.error().detail};
}

// A host of one slot and a program that prints.
Result<RunResult> try_run(const HostOptions& options) {
  HostOptions one = options;
  one.slots = 1;
  auto host = start_lone_host(one);
  if (!host) return host.error();
  net::io_context loop;
  auto sandbox = make_sandbox(loop.get_executor(), std::move(host->connections), one.slots);
  Result<RunResult> result;
  auto run = [](Sandbox& in, Result<RunResult>& out) -> net::awaitable<void> {
    Spec spec;
    spec.argv = {"/bin/sh", "-c", "id -u"};
    out = co_await in.run(std::move(spec), {});
    (void)co_await in.stop();
  };
  bool ended = false;
  net::co_spawn(loop, run(*sandbox, result), [&](const std::exception_ptr&) { ended = true; });
  loop.run_for(std::chrono::seconds(20));
  if (!ended) {
    auto stop = [](Sandbox& in) -> net::awaitable<void> { (void)co_await in.stop(); };
    net::co_spawn(loop, stop(*sandbox), [](const std::exception_ptr&) {});
    kill(host->process, SIGKILL);
    loop.run();
    result = Error{Errc::timeout, "the sandbox did not answer within 20 s", {}};
  }
  sandbox.reset();
  int status = 0;
  waitpid(host->process, &status, 0);
  return result;
}

Check check_run(const HostOptions& options) {
  if (auto made = try_slot(options); !made) return {"confined run", false, made.error().detail};
  auto result = try_run(options);
  if (!result) return {"confined run", false, result.error().detail};
  const bool right = result->outcome.exit_code == 0 && result->outcome.stdout_bytes == "1000\n";
  return {"confined run", right,
          right ? "a program ran in a slot" : "the program in the slot did not answer"};
}

// Not passed would mean that code-exec cannot run here: it can, only slower.
void add_warm_checks(const HostOptions& options, std::vector<Check>& checks) {
  auto filters = build_seccomp_filters();
  if (!filters || !options.oci_runtime.empty() || options.warm_programs.empty()) return;
  auto isolation = make_cage_isolation(options, *filters);
  if (!isolation) return;
  for (const WarmProgram& program : options.warm_programs) {
    auto tried = try_warm_parent(**isolation, program);
    checks.push_back(
        {"warm " + program.name, true,
         tried ? "started" : "not to be had, so these runs start cold: " + tried.error().detail});
  }
}

}  // namespace

Result<void> check_isolation(const HostOptions& options) {
  if (options.oci_runtime.empty()) return ok();
  auto runtime = check_oci(options);
  if (!runtime) return runtime.error();
  auto result = try_run(options);
  if (result && result->outcome.exit_code == 0) return ok();
  return Error{Errc::unavailable, *runtime + " started no container; `code-exec doctor` tells more", {}};
}

std::vector<Check> check_host(const HostOptions& options) {
  const Surroundings around = look_around();
  std::vector<Check> checks{check_kernel()};
  if (around.container)
    checks.push_back({"container", true, "this is one: docs/security.md says what it must allow"});
  checks.push_back(check_ids(around));
  checks.push_back(check_user_namespaces(around));
  // Without user namespaces these could not be told from it.
  if (checks.back().passed) {
    checks.push_back(check_calls(around));
    if (checks.back().passed) checks.push_back(check_proc(around));
  }
  checks.push_back(check_devices());
  checks.push_back(check_seccomp(around));
  checks.push_back(check_cgroups(options.cgroups, around));
  if (checks.back().passed && !options.oci_runtime.empty()) checks.push_back(check_oci_runtime(options));
  const bool may_run = checks.back().passed;
  checks.push_back(may_run ? check_run(options)
                           : Check{"confined run", false, "not tried, for want of the one above"});
  if (checks.back().passed) add_warm_checks(options, checks);
  return checks;
}

}  // namespace code_exec::sandbox
