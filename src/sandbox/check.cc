// What `doctor` asks of a host. The last check is the one that counts: a real cage with a program run in it;
// the others say which part is missing when it fails, and what to do about it.
#include <sched.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sandbox/host/cgroup.h"
#include "sandbox/host/seccomp_filter.h"
#include "sandbox/host_client.h"
#include "sandbox/oci/oci_isolation.h"

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

// In a child, for a namespace cannot be left again.
int try_user_namespace() {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(unshare(CLONE_NEWUSER) == 0 ? 0 : errno);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}

Check check_user_namespaces() {
  const int error = try_user_namespace();
  if (error == 0) return {"user namespaces", true, "can be made"};
  std::string detail = "unshare: " + std::string(strerrordesc_np(error)) + "; ";
  if (error == ENOSPC) {
    detail += "raise them: sysctl user.max_user_namespaces=15000";
  } else {
    detail +=
        "allow them: sysctl kernel.unprivileged_userns_clone=1, on Ubuntu also "
        "kernel.apparmor_restrict_unprivileged_userns=0, in Docker --security-opt seccomp=unconfined and "
        "--security-opt apparmor=unconfined";
  }
  return {"user namespaces", false, detail};
}

Check check_cgroups(CgroupUse use) {
  if (use == CgroupUse::none)
    return {"cgroups", true, "given up by --without-cgroups: a run's processes are limited one by one"};
  auto v2 = open_cgroup_tree_v2();
  if (v2) return {"cgroups", true, "v2 with memory, pids and cpu"};
  auto v1 = open_cgroup_tree_v1();
  if (v1) return {"cgroups", true, "v1 with memory, pids, cpu and cpuacct"};
  auto neither = open_cgroup_tree();
  return {"cgroups", false, neither ? "" : neither.error().detail};
}

Check check_seccomp() {
  auto filter = build_seccomp_filter();
  if (filter) return {"seccomp", true, std::to_string(filter->size()) + " instructions"};
  return {"seccomp", false, filter.error().detail};
}

Check check_oci_runtime(const HostOptions& options) {
  if (geteuid() != 0) return {"OCI runtime", false, "containers need root: start as root"};
  if (options.cgroups == CgroupUse::none)
    return {"OCI runtime", false, "containers need control groups: leave --without-cgroups out"};
  auto found = find_oci_runtime(options.oci_runtime);
  return {"OCI runtime", static_cast<bool>(found), found ? *found : found.error().detail};
}

// A host of one slot and a program that prints.
Check check_run(const HostOptions& options) {
  HostOptions one = options;
  one.slots = 1;
  auto host = start_lone_host(one);
  if (!host) return {"confined run", false, host.error().detail};
  net::io_context loop;
  auto sandbox = make_sandbox(loop.get_executor(), std::move(host->connections), one.slots);
  Result<RunResult> result;
  auto try_run = [](Sandbox& in, Result<RunResult>& out) -> net::awaitable<void> {
    Spec spec;
    spec.argv = {"/bin/sh", "-c", "id -u"};
    out = co_await in.run(std::move(spec), {});
    (void)co_await in.stop();
  };
  net::co_spawn(loop, try_run(*sandbox, result), [](std::exception_ptr) {});
  loop.run_for(std::chrono::seconds(20));
  sandbox.reset();
  int status = 0;
  waitpid(host->process, &status, 0);
  if (!result)
    return {"confined run", false,
            result.error().detail + "; the sandbox host's message above names the step"};
  const bool right = result->outcome.exit_code == 0 && result->outcome.stdout_bytes == "1000\n";
  return {"confined run", right,
          right ? "a program ran in a slot" : "the program in the slot did not answer"};
}

}  // namespace

std::vector<Check> check_host(const HostOptions& options) {
  std::vector<Check> checks{check_kernel(), check_user_namespaces(), check_seccomp(),
                            check_cgroups(options.cgroups)};
  if (!options.oci_runtime.empty()) checks.push_back(check_oci_runtime(options));
  checks.push_back(check_run(options));
  return checks;
}

}  // namespace code_exec::sandbox
