// service/live_view.h - see LiveView: a job followed through its runs to its result.
#pragma once

#include "service/service.h"
#include "service/waiters.h"

namespace code_exec::service {

// All references must outlive the view.
struct LiveViewParts {
  net::any_io_executor executor;
  store::JobStore& store;
  Waiters& waiters;
  live::LiveRuns& live;
  std::chrono::milliseconds recheck;  // how often the store is asked, should an event be missed; max(): never
};

class BeginningLiveView : public LiveView {
 public:
  // Once, before next(). It listens from its construction on. Errc::not_found.
  virtual Task<void> begin() = 0;
};

std::unique_ptr<BeginningLiveView> make_live_view(LiveViewParts parts, job::JobId id, LivePosition from,
                                                  Chunks chunks);

}  // namespace code_exec::service
