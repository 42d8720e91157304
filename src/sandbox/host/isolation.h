// sandbox/host/isolation.h - what confines a slot's programs, behind one interface: the cage, or the
// containers of an OCI runtime (sandbox/oci/).
#pragma once

#include <linux/filter.h>

#include <memory>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "sandbox/host/cgroup.h"
#include "sandbox/host_client.h"

namespace code_exec::sandbox {

class Isolation {
 public:
  virtual ~Isolation() = default;
  // Starts process 1 of slot `number` and returns our end of its socket at once. The process then says
  // SlotReady, with its pid as the message's sender; it becomes our child, for we are a subreaper
  // (PR_SET_CHILD_SUBREAPER). When it has ended, so has everything in the slot.
  virtual Result<Fd> start_slot(std::size_t number) = 0;
  // Whether others than the program are in its group when a run starts: the run's limits and counters then
  // begin when the slot says SlotBegun.
  virtual bool starts_with_others() const = 0;
};

// The socket between the host and process 1 of a slot; the host's end never blocks and tells who speaks.
struct SlotSocket {
  Fd host;
  Fd slot;
};
Result<void> make_slot_socket(SlotSocket& socket);

using SeccompFilter = std::vector<sock_filter>;

// `options` must outlive it.
Result<std::unique_ptr<Isolation>> make_cage_isolation(const HostOptions& options, SeccompFilter filter);

}  // namespace code_exec::sandbox
