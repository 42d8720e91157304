#include "sandbox/advice.h"

#include <linux/capability.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace code_exec::sandbox {
namespace {

struct Needed {
  unsigned number;
  const char* name;
};

// All are among those that Docker gives by itself. CHOWN and DAC_OVERRIDE: the data directory, and the cage's
// maps; SETUID, SETGID, SETPCAP: the ids of service, cage and slots; KILL: they are other users' processes.
constexpr std::array<Needed, 6> needed_by_root{{{CAP_CHOWN, "CAP_CHOWN"},
                                                {CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE"},
                                                {CAP_KILL, "CAP_KILL"},
                                                {CAP_SETGID, "CAP_SETGID"},
                                                {CAP_SETUID, "CAP_SETUID"},
                                                {CAP_SETPCAP, "CAP_SETPCAP"}}};

void add(std::string& list, std::string_view item, std::string_view separator) {
  if (!list.empty()) list += separator;
  list += item;
}

// What may stand between us and a user namespace, of what is there. Empty: nothing that we can see.
std::string causes(int error, const Surroundings& around) {
  std::string found;
  if (around.user_namespaces_forbidden && !around.root)
    add(found, "set sysctl kernel.unprivileged_userns_clone=1", "; ");
  if (around.user_namespaces_restricted && !around.root)
    add(found,
        "set sysctl kernel.apparmor_restrict_unprivileged_userns=0, or give code-exec an AppArmor "
        "profile with \"userns,\"",
        "; ");
  // Filters answer EPERM or ENOSYS; EACCES is AppArmor's.
  if (around.seccomp_filter && error != EACCES)
    add(found,
        around.container ? "start the container with --security-opt seccomp=deploy/docker/seccomp.json"
                         : "whoever started this put a system call filter on it (systemd: SystemCallFilter=, "
                           "RestrictNamespaces=): lift it",
        "; ");
  if (!around.apparmor_profile.empty())
    add(found,
        around.container
            ? "start the container with --security-opt apparmor=unconfined (now: " + around.apparmor_profile +
                  ")"
            : "AppArmor confines this with the profile " + around.apparmor_profile + ": allow it there",
        "; ");
  return found;
}

}  // namespace

std::string user_namespace_advice(int error, const Surroundings& around) {
  if (error == ENOSPC || around.user_namespaces_none)
    return "raise the number of user namespaces: sysctl user.max_user_namespaces=15000";
  if (error == EUSERS) return "they are nested too deep: start code-exec further out";
  if (error == EINVAL || error == ENOSYS) return "use a kernel with CONFIG_USER_NS";
  const std::string found = causes(error, around);
  return found.empty() ? "it is refused inside a chroot, and by security modules that forbid it" : found;
}

std::string refused_call_advice(int error, const Surroundings& around) {
  if (error == ENOSYS && !around.seccomp_filter) return "use a kernel that has it: Linux 5.12 or later";
  if (error == ENOSPC) return "raise the bounds on namespaces: sysctl -a | grep ^user.max";
  const std::string found = causes(error, around);
  return found.empty() ? "a security module forbids it" : found;
}

std::string proc_advice(int error, const Surroundings& around) {
  if (error == EINVAL) return "use a kernel that knows its option subset=pid: Linux 5.8 or later";
  // mount_too_revealing() in the kernel's fs/namespace.c.
  if (error == EPERM && !around.hidden_in_proc.empty()) {
    std::string hidden;
    for (const std::string& place : around.hidden_in_proc) add(hidden, place, ", ");
    return "the kernel allows a new one only where all of the old one is visible, and here something is "
           "mounted over " +
           hidden + ": " +
           (around.container ? "start the container with --security-opt systempaths=unconfined (Kubernetes: "
                               "procMount: Unmasked)"
                             : "unmount that");
  }
  return refused_call_advice(error, around);
}

std::string cgroup_advice(const Surroundings& around) {
  std::string how;
  const bool v2 = around.cgroups == Surroundings::Cgroups::v2;
  if (around.cgroups == Surroundings::Cgroups::absent) {
    how = "mount a cgroup hierarchy with memory, pids and cpu";
  } else if (around.cgroups_read_only && around.container) {
    how =
        v2 ? "cgroup v2 is mounted read-only: start the container with --security-opt writable-cgroups=true "
             "(Docker 28 or later)"
           : "cgroup v1 is mounted read-only: start the container with --cgroup-parent and that group's "
             "memory, pids, cpu and cpuacct directories bound read-write, as docs/security.md shows";
  } else if (around.cgroups_read_only) {
    how = "the cgroup file system is mounted read-only: mount it read-write";
  } else if (!around.cgroups_writable) {
    how = v2 ? "this group is not yours: start with systemd-run --user --scope -p Delegate=yes, as a service "
               "with Delegate=yes, or as root"
             : "this group is not yours: start as root, or use cgroup v2, where a group can be delegated";
  } else {
    how = v2 ? "have memory, pids and cpu delegated to this group: a service with Delegate=yes"
             : "mount the controllers memory, pids, cpu and cpuacct";
  }
  return how + "; or accept runs without limits on the whole run with --without-cgroups";
}

std::string missing_capabilities(const Surroundings& around) {
  std::string missing;
  for (const Needed& one : needed_by_root)
    if ((around.capabilities >> one.number & 1) == 0) add(missing, one.name, ", ");
  return missing;
}

std::string capability_advice(const std::string& missing, const Surroundings& around) {
  const std::string how =
      around.container
          ? "give them to the container with --cap-add (Docker does unless --cap-drop takes them), or start "
            "it "
            "as an ordinary user with --user"
          : "give them back (systemd: CapabilityBoundingSet=), or start code-exec as an ordinary user";
  return "root here has no " + missing + ": " + how;
}

}  // namespace code_exec::sandbox
