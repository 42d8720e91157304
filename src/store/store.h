// store/store.h - the durable record of jobs. Calls are made on the event loop and never block it; a call
// that changes something returns after the change is on disk. Jobs are values: what you get back is a copy.
// Any call may answer Errc::unavailable (disk full, file damaged, database away): nothing was changed then.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "job/job.h"

namespace code_exec::store {

// A client's Idempotency-Key with a hash of the request it came with.
struct Idempotency {
  std::string key;
  std::string fingerprint;
};

struct NewJob {
  job::Job job;  // status pending
  std::optional<Idempotency> idempotency;
};

struct Inserted {
  job::JobId id;  // of the job that now stands for the request
  bool created;   // false: the key was known, and `id` is the earlier job's
};

struct JobFilter {
  std::optional<job::Status> status;
  std::optional<std::string> language;
  std::optional<job::JobId> before;  // only jobs older than this one: the next page
  std::size_t limit = 50;
};

struct JobPage {
  std::vector<job::Job> jobs;  // newest first; code, stdin, file contents and outputs left out (empty)
  bool more = false;
};

// What rebuilding the queues needs to know of a job that is not final.
struct Unfinished {
  job::JobId id;
  job::Status status;
  int runs;
  std::uint32_t priority;
};

// Whether a job has a callback_url.
enum class Callback { none, wanted };

// One that nobody else works on until `leased_until`; then it is due again.
struct DueCallback {
  job::JobId id;
  std::string url;
  int attempts = 0;  // made before
  TimePoint leased_until;
};

struct DueCallbacks {
  std::vector<DueCallback> claimed;
  std::optional<TimePoint> next;  // when the next one falls due; in the past where `limit` left some
};

// A callback that waits for its job's end is also due this long after the job was inserted: then it is looked
// whether whoever finished the job died before it could say so.
inline constexpr std::chrono::milliseconds callback_look = std::chrono::minutes(1);

// Finished jobs beyond either bound are removed, oldest first.
struct Retention {
  std::chrono::milliseconds age_max = std::chrono::days(7);
  std::uint64_t count_max = 1'000'000;
};

class JobStore {
 public:
  virtual ~JobStore() = default;

  // All of them or none, in one transaction. Errc::conflict: a job id is taken, or an idempotency key was
  // used with another fingerprint (Error::field is "Idempotency-Key" then).
  virtual Task<std::vector<Inserted>> insert(std::vector<NewJob> jobs) = 0;
  // Errc::not_found: never inserted, or expired.
  virtual Task<job::Job> find(job::JobId id) = 0;
  virtual Task<JobPage> list(JobFilter filter) = 0;

  // A run begins: the job is running and `runs` one higher. Returns the new value of `runs`.
  // Errc::conflict: the job is final. Errc::not_found.
  virtual Task<int> start(job::JobId id, TimePoint at) = 0;
  // A run was given up before it ended (shutdown): the job is pending again and `runs` one lower.
  // Errc::conflict: the job is not running.
  virtual Task<void> release(job::JobId id) = 0;
  // The job's one result. Errc::conflict: it has one already, which stands. Errc::not_found.
  // Callback::wanted: the job's entry in the list of callbacks is due from `at` on.
  virtual Task<void> finish(job::JobId id, job::Outcome outcome, TimePoint at,
                            Callback callback = Callback::none) = 0;

  // The list of callbacks, which every service that works on this store shares. insert() enters each job with
  // a callback_url; an entry stays until it is removed, however its job fares.
  // Up to `limit` that are due at `now`, the longest due first. Their jobs need not be final: see above.
  virtual Task<DueCallbacks> claim_callbacks(TimePoint now, std::chrono::milliseconds lease,
                                             std::size_t limit) = 0;
  // Due again at `until`, with callback.attempts. Nothing, where the lease ended and somebody else has it, or
  // the job ended since.
  virtual Task<void> put_off_callback(DueCallback callback, TimePoint until) = 0;
  virtual Task<void> remove_callback(job::JobId id) = 0;

  // Jobs that are not final, oldest first, from after `after`; at most `limit`.
  virtual Task<std::vector<Unfinished>> unfinished(std::optional<job::JobId> after, std::size_t limit) = 0;
  // Of every status, those with none included.
  virtual Task<std::map<job::Status, std::uint64_t>> counts() = 0;
  // Removes up to `limit` finished jobs that retention no longer covers; returns how many. Call it again
  // while it returns `limit`.
  virtual Task<std::size_t> sweep(Retention retention, TimePoint now, std::size_t limit) = 0;

  // ok when writes are expected to succeed. After a failed write it stays Errc::unavailable until a trial
  // write succeeds, which each call makes.
  virtual Task<void> check_health() = 0;
  // Waits for what is under way and closes. May be called twice; other calls then answer Errc::unavailable.
  virtual Task<void> stop() = 0;
};

}  // namespace code_exec::store
