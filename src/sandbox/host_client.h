// sandbox/host_client.h - the Sandbox that speaks to the sandbox host, and the processes around it.
//
//   launcher (the process the operator started)      waits; restarts the host if it dies; ends with the
//   service
//     ├─ sandbox host (privileged, single-threaded)  see sandbox/host/
//     └─ service (gives up root)                     everything else: event loop, HTTP, store, queues
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "job/limits.h"
#include "sandbox/sandbox.h"

namespace code_exec::sandbox {

enum class CgroupUse {
  required,  // no start without memory, pids and cpu control
  none,      // the operator said so: memory, processes and cpu of a run are then bounded per process only
};

// An interpreter that is started before jobs come: once, and forks runs (sandbox/warm/parent.cc), or once for
// each run (sandbox/ahead/starter.cc).
struct WarmProgram {
  std::string name;                      // "python bare": for logs
  std::vector<std::string> argv;         // of every run, which may add arguments if it is forked
  std::vector<std::string> environment;  // "NAME=value", of every run, beside the sandbox's own
  std::vector<std::string> imports;      // what it imports ahead
  bool forks = true;                     // false: every run is started
};

struct HostOptions {
  std::size_t slots = 4;            // places for runs; 1 to slots_max
  std::vector<std::string> mounts;  // directories that runtimes need beside the usual ones
  job::Limits usual_limits;         // what slots are prepared for ahead of the job
  CgroupUse cgroups = CgroupUse::required;
  std::vector<WarmProgram> warm_programs;  // Spec::warm_parent counts them from 1
  std::string oci_runtime;  // runs are containers of this OCI runtime: a path, or a name to look up in PATH;
                            // empty: runs are in the cage
};
inline constexpr std::size_t slots_max = 512;

// Ids used by nobody else (systemd's UIDS-GIDS table keeps 60578 to 61183 free; containers map them too).
inline constexpr uid_t service_uid = 60600;    // the service, when started by root
inline constexpr uid_t cage_root_uid = 60601;  // root of the cage, seen from outside
inline constexpr uid_t slot_uid_first =
    60610;  // slot n runs programs as slot_uid_first + n, seen inside as 1000

// Forks the sandbox host and the service, restarts the host when it dies, and returns the exit code for the
// operator's shell once `service` has returned (SIGTERM and SIGINT are passed on to it). Call it while the
// process has one thread. `service` gets the descriptor on which connections to each host arrive: hand it to
// make_sandbox. It still has root when it is called, if the launcher had: see base/privileges.h.
int run_processes(const HostOptions& options, const std::function<int(Fd host_connections)>& service);

// A host without a launcher, for checks and tests: it ends when `connections` and the sandbox made from it
// are gone. The caller reaps `process`. Call it while the process has one thread.
struct LoneHost {
  Fd connections;
  pid_t process = -1;
};
Result<LoneHost> start_lone_host(const HostOptions& options);

// Runs wait for a host when there is none yet. `slots` is what the host was told to make.
std::unique_ptr<Sandbox> make_sandbox(net::any_io_executor executor, Fd host_connections, std::size_t slots);

// Whether there is what the options ask for beside the cage: an OCI runtime that starts a container. Takes as
// long as that; nothing for the cage. Errc::unavailable, with how to mend it.
Result<void> check_isolation(const HostOptions& options);

// What this host lacks for confinement, for `doctor`: each line names the thing and how to mend it. Builds a
// real cage and runs a program in it.
struct Check {
  std::string name;  // "user namespaces"
  bool passed;
  std::string detail;  // what was found; when it failed, also how to mend it
};
std::vector<Check> check_host(const HostOptions& options);

}  // namespace code_exec::sandbox
