// sandbox/oci/keeper.h - process 1 of a slot whose runs are containers: it makes the bundle, has the runtime
// start one container for one run, takes in what its first process reports, and ends. With it ends everything
// that it and the runtime have started, for they are all in its pid namespace, and every mount, for they are
// in its mount namespace. It is root of the host: it never looks at a run's description, and trusts nothing
// that comes out of the container.
#pragma once

#include <string>

#include "sandbox/host/seccomp_filter.h"
#include "sandbox/oci/bundle.h"

namespace code_exec::sandbox {

struct KeeperPlan {
  int socket = -1;  // to the host
  std::size_t slot = 0;
  std::string runtime;  // an absolute path
  BundlePlan bundle;
  const SeccompFilters* filters = nullptr;
};

// Called as process 1 of new pid and mount namespaces, with nothing open but the socket and standard error.
[[noreturn]] void run_keeper(const KeeperPlan& plan);

}  // namespace code_exec::sandbox
