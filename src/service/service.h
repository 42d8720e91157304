// service/service.h - the use cases: submit, result, wait, list, cancel. Free of HTTP: every dialect in api/
// speaks to this, and nothing here knows which one did.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "callback/address_guard.h"
#include "job/job.h"
#include "live/live_runs.h"
#include "queue/queue.h"
#include "runtime/runtime.h"
#include "service/submission.h"
#include "store/store.h"

namespace prometheus {
class Registry;
}

namespace code_exec::service {

// Whether every job of this service is executed in its own process, which then publishes each final result
// here, or workers elsewhere may do it too; then the queues' events wake the waiters, who read the store.
enum class Workers { in_this_process, elsewhere };

struct ServiceOptions {
  Workers workers = Workers::in_this_process;
  job::LimitRules limits;
  job::SubmissionBounds bounds;
  std::size_t batch_max = 100;
  std::chrono::milliseconds wait_max = std::chrono::seconds(60);
  std::size_t waiters_max = 10'000;  // requests that wait for a result at one time; then Errc::full
  std::chrono::milliseconds cancel_wait_max = std::chrono::seconds(5);  // for a killed run's own result
  std::size_t unpushed_max = 10'000;  // stored jobs that the queue refused and that are pushed again
  // With workers elsewhere: how old the look may be at how much room the queues have, and how often a request
  // that waits looks for itself, should an event be missed.
  std::chrono::milliseconds room_recheck = std::chrono::milliseconds(250);
  std::chrono::milliseconds wait_recheck = std::chrono::seconds(10);
  bool callbacks = false;  // whether a submission may ask for one
  callback::Reach callback_reach = callback::Reach::public_only;
};

// Where final results are announced inside this process. The worker publishes, the service's waiters listen.
// Belongs to the event loop thread.
class FinalResults {
 public:
  virtual ~FinalResults() = default;
  virtual void publish(const job::Job& job) = 0;
};

// What the entry of a job on code-save returns when the job goes on to code-exec: it has no result yet.
inline constexpr std::string_view saved_value = R"({"status":"saved"})";

// Told when a client cancels a job that may be running; a worker implements it, and remote_runs.h passes it
// on to those on other machines.
class RunningJobs {
 public:
  virtual ~RunningJobs() = default;
  // true: the job is running (or about to) and is being stopped; its final result will be published, or told
  // by an event of the queue, as Reason::cancelled. It may have ended by itself just before.
  virtual Task<bool> cancel(job::Job job) = 0;
  // The job has just been stored and its id goes into the queue next. A worker in the same process may keep a
  // copy and so spare itself reading the job back; it must not rely on being told.
  virtual void submitted(const job::Job&) {}
};

// How far a client has followed a job: the run, and how much of what it printed.
struct LivePosition {
  std::int64_t run = 0;  // as in live::Output; 0: none yet
  std::uint64_t stdout_bytes = 0;
  std::uint64_t stderr_bytes = 0;
};

struct LiveEvent {
  enum class Type { status, stdout_bytes, stderr_bytes, result };
  Type type = Type::status;
  job::Status status = job::Status::pending;  // of a status
  std::string bytes;                          // of output, at most live_chunk_bytes
  std::shared_ptr<const job::Job> job;        // of the result
  LivePosition
      after;  // where to go on from; where its run is another one, what was printed before counts no more
};
inline constexpr std::size_t live_chunk_bytes = 32 << 10;

// One client's view of a job as it goes on. It may be as slow as it likes.
class LiveView {
 public:
  virtual ~LiveView() = default;
  // What comes next: a status, what the program printed and prints, and last the result. Errc::timeout:
  // nothing until `deadline`.
  virtual Task<LiveEvent> next(std::chrono::steady_clock::time_point deadline) = 0;
};

enum class Chunks { any_bytes, whole_characters };  // of UTF-8

class JobService {
 public:
  virtual ~JobService() = default;

  // The job is durable when this returns. Errc::invalid or too_large with the field; Errc::full,
  // Errc::unavailable: try again later; Errc::conflict: idempotency key used with another body.
  virtual Task<job::JobId> submit(SubmissionRequest request,
                                  std::optional<store::Idempotency> idempotency) = 0;
  // All or none; fields are named as in "jobs[3].limits.cpuTimeMs".
  virtual Task<std::vector<job::JobId>> submit_batch(std::vector<SubmissionRequest> requests,
                                                     std::optional<store::Idempotency> idempotency) = 0;
  // A new job with the submission of an earlier one, which stays as it is. Errc::not_found; Errc::full,
  // Errc::unavailable; Errc::conflict: the key was used for something else.
  virtual Task<job::JobId> submit_again(job::JobId id, std::optional<store::Idempotency> idempotency) = 0;
  virtual Task<job::Job> result(job::JobId id) = 0;  // Errc::not_found
  // As result(), but returns only when the job is final or `bound` (cut at wait_max) has passed. Wakes on the
  // event.
  virtual Task<job::Job> wait(job::JobId id, std::chrono::milliseconds bound) = 0;
  // The job from `from` on; what was printed before is not told again. Errc::not_found; Errc::full: too many
  // wait.
  virtual Task<std::unique_ptr<LiveView>> watch(job::JobId id, LivePosition from, Chunks chunks) = 0;
  // Something for the run of the job, as LiveRuns::tell().
  virtual Result<void> tell(const job::JobId& id, live::Message message) = 0;
  virtual Task<store::JobPage> list(store::JobFilter filter) = 0;
  // Ends the job as cancelled, killing it where it runs. Errc::conflict: it is final already.
  virtual Task<job::Job> cancel(job::JobId id) = 0;

  virtual const runtime::Registry& runtimes() const = 0;
  virtual const ServiceOptions& options() const = 0;
  // Why the service cannot accept work now; ok when it can.
  virtual Task<void> check_ready() = 0;
  virtual FinalResults& final_results() = 0;
  // Ends background work; nothing is accepted any more. May be called twice.
  virtual Task<void> stop() { co_return ok(); }
};

// All references must outlive the service. `save_queue` is where new jobs go. `exec_queue` and `running` are
// for cancelling.
struct ServiceParts {
  net::any_io_executor executor;
  Clock& clock;
  store::JobStore& store;
  queue::Queue& save_queue;
  queue::Queue& exec_queue;
  const runtime::Registry& runtimes;
  RunningJobs& running;
  live::LiveRuns& live;
  prometheus::Registry& metrics;
  std::function<void()> callback_due = {};  // called when a job that was accepted here with one is final
};
std::unique_ptr<JobService> make_job_service(ServiceParts parts, ServiceOptions options);

}  // namespace code_exec::service
