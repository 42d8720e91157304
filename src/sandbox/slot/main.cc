// The program of a slot's init, small and linked statically: the binary carries it, and the sandbox host
// executes it in each new slot. So nothing of the host's memory is in a slot, and a run's fork copies little.
#include <fcntl.h>
#include <sys/prctl.h>

#include "sandbox/slot/init.h"
#include "sandbox/wire.h"

int main() {
  using namespace code_exec::sandbox;
  static SlotPlan plan{};
  prctl(PR_SET_NAME, "code-exec-slot");  // execveat(2) leaves the descriptor's number there
  if (fcntl(init_socket_number, F_SETFD, FD_CLOEXEC) != 0) return 1;
  const Received received = receive_bytes(init_socket_number, std::as_writable_bytes(std::span(&plan, 1)));
  if (received.kind != Received::Kind::message || received.size != sizeof(plan) ||
      plan.kind != Message::slot_plan || instructions(plan.slot_filter).empty() ||
      instructions(plan.run_filter).empty())
    return 1;
  run_slot_init(init_socket_number, plan);
}
