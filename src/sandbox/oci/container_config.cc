#include "sandbox/oci/container_config.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "sandbox/host_client.h"
#include "sandbox/oci/bundle.h"
#include "sandbox/oci/container_files.h"
#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {
namespace {

using boost::json::array;
using boost::json::object;

// What the first process needs to become the program's user for good. The program has none.
array capabilities() {
  return {"CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"};
}

object bind(const char* source, const char* destination, array options) {
  options.insert(options.begin(), {"bind"});
  return {
      {"destination", destination}, {"type", "bind"}, {"source", source}, {"options", std::move(options)}};
}

array mounts() {
  return {
      // hidepid=invisible hides the first process; subset=pid leaves out everything that is not a process.
      object{{"destination", "/proc"},
             {"type", "proc"},
             {"source", "proc"},
             {"options", {"nosuid", "noexec", "nodev", "hidepid=invisible", "subset=pid"}}},
      // The runtime fills it with the few devices that every container has.
      object{{"destination", "/dev"},
             {"type", "tmpfs"},
             {"source", "tmpfs"},
             {"options", {"nosuid", "noexec", "mode=755", "size=64k", "ro"}}},
      bind(box_path, "/box", {"nosuid", "nodev"}),
      bind("/run/work/tmp", "/tmp", {"nosuid", "nodev"}),
      bind("/run/work/shm", "/dev/shm", {"nosuid", "nodev"}),
      bind(control_path, container_control_path, {"nosuid", "nodev", "noexec"}),
  };
}

array id_mappings(unsigned program_owner) {
  return {object{{"containerID", 0}, {"hostID", cage_root_uid}, {"size", 1}},
          object{{"containerID", program_id}, {"hostID", program_owner}, {"size", 1}}};
}

object process() {
  return {// Before anything of ours when the machine runs out of memory.
          {"oomScoreAdj", 1000},
          {"terminal", false},
          {"user", {{"uid", 0}, {"gid", 0}}},
          {"args", {container_init_path}},
          {"env", array{}},
          {"cwd", "/"},
          {"noNewPrivileges", true},
          {"capabilities",
           {{"bounding", capabilities()}, {"permitted", capabilities()}, {"effective", capabilities()}}}};
}

object linux_part(const std::string& cgroups_path, unsigned program_owner) {
  array namespaces;
  for (const char* kind : {"user", "pid", "mount", "network", "ipc", "uts", "cgroup"})
    namespaces.push_back(object{{"type", kind}});
  return {{"cgroupsPath", cgroups_path},
          {"namespaces", std::move(namespaces)},
          {"uidMappings", id_mappings(program_owner)},
          {"gidMappings", id_mappings(program_owner)},
          // For runtimes that do not know subset=pid.
          {"maskedPaths",
           {"/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
            "/proc/scsi", "/proc/timer_list", "/proc/timer_stats"}},
          {"readonlyPaths", {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}}};
}

}  // namespace

std::string container_config(const std::string& cgroups_path, unsigned program_owner) {
  return boost::json::serialize(object{{"ociVersion", "1.0.2"},
                                       {"hostname", "sandbox"},
                                       {"root", {{"path", container_root_name}, {"readonly", true}}},
                                       {"process", process()},
                                       {"mounts", mounts()},
                                       {"linux", linux_part(cgroups_path, program_owner)}});
}

}  // namespace code_exec::sandbox
