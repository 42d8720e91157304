// worker/recent_jobs.h - jobs this process has just seen, kept between submit, save stage and exec stage so
// that each is read from the store only where it has to be. A job that is not here is read; nothing relies on
// it.
#pragma once

#include <list>
#include <memory>
#include <unordered_map>

#include "job/job.h"
#include "worker/compile_cache.h"

namespace code_exec::worker {

struct KnownJob {
  job::Job job;
  std::shared_ptr<const Compiled> compiled;  // shared with the compile cache's other users
};

class RecentJobs {
 public:
  explicit RecentJobs(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}

  // Replaces what is known of the job. The oldest ones go when there are too many bytes.
  void put(KnownJob known);
  // nullptr: not here.
  std::shared_ptr<KnownJob> take(const job::JobId& id);
  void drop(const job::JobId& id) { take(id); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Place {
    std::shared_ptr<KnownJob> known;
    std::uint64_t bytes;
  };
  const std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  std::list<Place> oldest_first_;
  std::unordered_map<job::JobId, std::list<Place>::iterator> by_id_;
};

}  // namespace code_exec::worker
