// worker/recovery.h - the store knows every job that is not final; the queues may have lost some: one in
// memory begins empty, Redis may have been emptied, a push may have failed. This puts them back.
#pragma once

#include "worker/job_steps.h"

namespace code_exec::worker {

struct RecoveredCounts {
  std::size_t pushed = 0;   // on code-save again
  std::size_t present = 0;  // in a queue already
  std::size_t ended = 0;    // given up as internal_error
};

// Those that were running go first, then the oldest. A job that had its `runs_max` runs, or whose queue entry
// has failed for good, ends as internal_error. When the queue is full it waits for room, so it may take as
// long as the work itself. Safe at any time, also beside other workers. Errc::unavailable: store or queue are
// away; call it again. Errc::cancelled: `stopping` became true.
Task<RecoveredCounts> rebuild_queues(Shared& shared, JobSteps& steps, const bool& stopping);

}  // namespace code_exec::worker
