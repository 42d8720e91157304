// sandbox/host/isolation.h - what confines a slot's programs, behind one interface: the cage, or the
// containers of an OCI runtime (sandbox/oci/).
#pragma once

#include <sys/types.h>

#include <memory>

#include "base/fd.h"
#include "base/result.h"
#include "sandbox/host/seccomp_filter.h"
#include "sandbox/host_client.h"
#include "sandbox/protocol.h"

namespace code_exec::sandbox {

// Both processes are the host's own children: what of them is still there is waited for, stopped or killed as
// such.
struct StartedSlot {
  Fd socket;   // to process 1; it closes when builder and process 1 are gone
  Fd builder;  // pidfd of the process that makes the slot's namespaces, forks process 1 and ends
};

struct StartedWarmParent {
  Fd socket;
  Fd process;  // pidfd
  Fd said;     // what it prints, which is why it ended when it does
};

class Isolation {
 public:
  virtual ~Isolation() = default;
  // Starts process 1 of slot `number` and returns at once. The process says SlotBorn, with its pid as the
  // message's sender, then SlotReady. When it has ended, so has everything in the slot.
  virtual Result<StartedSlot> start_slot(std::size_t number) = 0;
  // Whether others than the program are in its group when a run starts: the run's limits and counters then
  // begin when the slot says SlotBegun.
  virtual bool starts_with_others() const = 0;
  // Starts a warm parent, a child of the host's, and returns at once. It says WarmReady. Only where
  // has_warm_parents().
  virtual bool has_warm_parents() const { return false; }
  // What each is told first, but for its imports.
  virtual WarmPlan warm_plan() const { return {}; }
  virtual Result<StartedWarmParent> start_warm_parent(const WarmProgram&) {
    return Error{Errc::unavailable, "this isolation has no warm parents", {}};
  }
};

// `options` must outlive it.
Result<std::unique_ptr<Isolation>> make_cage_isolation(const HostOptions& options,
                                                       const SeccompFilters& filters);

// What every isolation starts its slots with.

// The socket between the host and process 1 of a slot; the host's end never blocks and tells who speaks.
struct SlotSocket {
  Fd host;
  Fd slot;
};
Result<void> make_slot_socket(SlotSocket& socket);
// In a builder: a fork whose child is the host's from the start, not the builder's. So the host is told when
// it stops, and the kernel ends it with the host.
pid_t fork_for_host();
// In the host, which has just forked the builder.
Result<StartedSlot> started_slot(Fd socket, pid_t builder);

}  // namespace code_exec::sandbox
