#include "sandbox/oci/oci_isolation.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "sandbox/host/cgroup_files.h"
#include "sandbox/oci/keeper.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

namespace fs = std::filesystem;

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

// In the child of the host: makes the keeper's namespaces, and starts process 1 of them.
[[noreturn]] void build_keeper(KeeperPlan plan) {
  const char* failed = nullptr;
  pid_t keeper = -1;
  if (unshare(CLONE_NEWNS | CLONE_NEWPID) != 0) {
    failed = "namespaces";
  } else if ((keeper = fork_for_host()) < 0) {
    failed = "fork";
  }
  if (failed) (void)send_message(plan.socket, slot_failed(failed, errno));
  if (keeper != 0) _exit(failed ? 1 : 0);
  constexpr int socket_number = 3;
  if (plan.socket != socket_number && dup3(plan.socket, socket_number, O_CLOEXEC) < 0) _exit(1);
  plan.socket = socket_number;
  // Nothing of the host's stays open but standard error, for its log.
  if (syscall(SYS_close_range, socket_number + 1, ~0U, 0) != 0) _exit(1);
  for (int stream : {STDIN_FILENO, STDOUT_FILENO}) {
    close(stream);
    if (open("/dev/null", O_RDWR) != stream) _exit(1);
  }
  run_keeper(plan);
}

class OciIsolation final : public Isolation {
 public:
  OciIsolation(const HostOptions& options, CgroupTree& cgroups, SeccompFilters filters, std::string runtime)
      : options_(options),
        cgroups_(cgroups),
        filters_(std::move(filters)),
        runtime_(std::move(runtime)),
        views_(cgroups.views()) {}

  Result<StartedSlot> start_slot(std::size_t number) override {
    // Of the run before: nobody is in them any more.
    cgroups_.remove_container_groups(number);
    SlotSocket socket;
    if (auto made = make_slot_socket(socket); !made) return made.error();
    KeeperPlan plan;
    plan.socket = socket.slot.get();
    plan.slot = number;
    plan.runtime = runtime_;
    plan.bundle.mounts = options_.mounts;
    plan.bundle.views = views_;
    plan.bundle.cgroups_path =
        "/" + host_group_name() + "/slot-" + std::to_string(number) + "/" + container_group;
    plan.bundle.program_owner = slot_uid_first + static_cast<unsigned>(number);
    plan.filters = &filters_;
    const pid_t builder = fork();
    if (builder < 0) return system_error(Errc::unavailable, "fork", "slot", errno);
    if (builder == 0) build_keeper(std::move(plan));
    return started_slot(std::move(socket.host), builder);
  }

  // The runtime puts the container's first process into its group, after what it has started itself.
  bool starts_with_others() const override { return true; }

 private:
  const HostOptions& options_;
  CgroupTree& cgroups_;
  SeccompFilters filters_;
  std::string runtime_;
  std::vector<HierarchyView> views_;
};

}  // namespace

Result<std::string> find_oci_runtime(const std::string& name) {
  std::vector<fs::path> candidates;
  if (name.find('/') != std::string::npos) {
    candidates.emplace_back(name);
  } else {
    const char* path = std::getenv("PATH");
    std::istringstream directories(std::string(path ? path : "") + ":/usr/local/sbin:/usr/sbin:/sbin");
    for (std::string directory; std::getline(directories, directory, ':');)
      if (directory.starts_with('/')) candidates.push_back(fs::path(directory) / name);
  }
  for (const fs::path& candidate : candidates) {
    std::error_code error;
    if (is_program(candidate)) return fs::canonical(candidate, error).string();
  }
  if (name.find('/') != std::string::npos)
    return Error{Errc::not_found, name + " is not an executable file", {}};
  std::string how = "name its path as in oci:/usr/local/bin/runsc";
  if (name == "runc" || name == "crun") how = "install it (apt-get install " + name + "), or " + how;
  return Error{Errc::not_found, "there is no program " + name + " in PATH: " + how, {}};
}

Result<std::string> check_oci(const HostOptions& options) {
  if (geteuid() != 0)
    return Error{Errc::unavailable, "containers of an OCI runtime need root: start as root", {}};
  if (options.cgroups == CgroupUse::none)
    return Error{Errc::unavailable,
                 "containers of an OCI runtime need control groups: leave --without-cgroups out",
                 {}};
  return find_oci_runtime(options.oci_runtime);
}

Result<std::unique_ptr<Isolation>> make_oci_isolation(const HostOptions& options, CgroupTree& cgroups,
                                                      SeccompFilters filters) {
  auto runtime = check_oci(options);
  if (!runtime) return runtime.error();
  return std::unique_ptr<Isolation>(
      std::make_unique<OciIsolation>(options, cgroups, std::move(filters), std::move(*runtime)));
}

}  // namespace code_exec::sandbox
