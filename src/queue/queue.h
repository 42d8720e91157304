// queue/queue.h - a named queue of job ids that hands workers leases. Its words and states are BullMQ's, so
// that a board reads every backend alike. Calls are made on the event loop and never block it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "job/job_id.h"

namespace code_exec::queue {

enum class State { waiting, prioritized, active, delayed, completed, failed };

inline constexpr std::array states{State::waiting, State::prioritized, State::active,
                                   State::delayed, State::completed,   State::failed};

std::string_view to_string(State state);
std::optional<State> parse_state(std::string_view text);

struct Backoff {
  enum class Type { fixed, exponential };
  Type type = Type::exponential;
  std::chrono::milliseconds delay{1000};  // exponential: delay * 2^(attempts made - 1)
};

struct EntryOptions {
  std::uint32_t priority = 0;  // 0: none, which goes before any; 1 is the most urgent, up to priority_max
  std::chrono::milliseconds delay{0};
  int attempts_max = 3;
  Backoff backoff;
};

inline constexpr std::size_t stacktrace_max = 100;
inline constexpr std::uint32_t priority_max = (1U << 21) - 1;
inline constexpr std::chrono::milliseconds delay_max = std::chrono::days(3650);

// What every backend's push() checks first. Errc::invalid with the field: "priority", "delay", "attempts",
// "backoff.delay".
Result<void> check(const EntryOptions& options);
// How long an entry waits after its failed attempt number `attempts_made`; never over delay_max.
std::chrono::milliseconds delay_after(const Backoff& backoff, int attempts_made);

// One job in the queue, as a board shows it.
struct Entry {
  job::JobId id;
  EntryOptions options;
  State state = State::waiting;
  int attempts_made = 0;
  int stalled_count = 0;  // leases that expired
  TimePoint added_at;
  std::optional<TimePoint> processed_at;  // the latest claim
  std::optional<TimePoint> finished_at;
  std::optional<TimePoint> due_at;      // while delayed
  std::string worker;                   // who claimed it last
  std::string failed_reason;            // of the latest failed attempt
  std::vector<std::string> stacktrace;  // a line for each of the latest failed attempts, oldest first
  std::string return_value;             // JSON text, set by complete()
};

// The right to work on one job until `expires_at`. Renew it or lose it: an expired lease's job is waiting
// again, and the late holder's complete() or fail() answers Errc::conflict.
struct Lease {
  job::JobId id;
  std::string token;
  int attempt;  // 1 for the first; a lease that expired or was released is not counted
  TimePoint expires_at;
};

struct Event {
  // clang-format off
  enum class Type { added, waiting, active, completed, failed, delayed, stalled, removed, drained, paused, resumed };
  // clang-format on
  Type type;
  std::optional<job::JobId> id;  // absent for drained, paused, resumed
  std::string return_value{};    // of a completed one, as complete() was given it
};

enum class FailAs { retryable, final };
enum class Order { oldest_first, newest_first };  // oldest: what is taken, due or was finished first

inline constexpr std::string_view stalled_reason = "job stalled more than allowable limit";  // BullMQ's text

struct QueueOptions {
  std::string name;
  std::chrono::milliseconds lease_ttl = std::chrono::seconds(30);
  std::size_t unfinished_max = 100'000;  // waiting, prioritized, delayed and active together; then Errc::full
  std::size_t completed_kept_max = 1000;
  std::size_t failed_kept_max = 5000;
  int stalled_max = 3;  // expired leases of one entry; at one more it fails with stalled_reason
};

// Somebody who claims, as a board lists them.
struct WorkerInfo {
  std::string id;
  std::string name;     // as claim() was told; empty: not known
  std::string address;  // empty: in this process
  std::chrono::seconds age{0};
};

class Queue {
 public:
  virtual ~Queue() = default;
  virtual const QueueOptions& options() const = 0;

  // Errc::full; Errc::conflict: the id is in the queue and not finished (a finished entry is replaced);
  // Errc::invalid: see check().
  virtual Task<void> push(job::JobId id, EntryOptions options) = 0;
  // Waits for an entry and takes it: waiting first (first in, first out), then prioritized (lowest number,
  // then first in). Errc::cancelled when the queue stops or the coroutine is cancelled; an entry is never
  // lost to a cancelled claim.
  virtual Task<Lease> claim(std::string worker) = 0;
  // These three answer Errc::conflict when the lease is not held any more, Errc::not_found when the entry is
  // gone.
  virtual Task<Lease> renew(Lease lease) = 0;
  virtual Task<void> complete(Lease lease, std::string return_value) = 0;
  // Retryable failures are tried again after the backoff until attempts_max; the state it went to is returned
  // (delayed, waiting, prioritized or failed).
  virtual Task<State> fail(Lease lease, std::string reason, FailAs how) = 0;
  // Gives the entry back as if it had not been claimed; it is taken next, so it is `waiting` even with a
  // priority. For a worker that shuts down.
  virtual Task<void> release(Lease lease) = 0;

  virtual Task<std::map<State, std::size_t>> counts() = 0;
  virtual Task<std::vector<Entry>> list(State state, std::size_t offset, std::size_t count, Order order) = 0;
  virtual Task<Entry> find(job::JobId id) = 0;  // Errc::not_found

  // While paused nothing is claimed; what is active goes on.
  virtual Task<void> pause() = 0;
  virtual Task<void> resume() = 0;
  virtual Task<bool> is_paused() = 0;
  // How many entries may be active at one time, over all workers; 0: no bound. What is active goes on.
  virtual Task<void> set_concurrency(std::size_t active_max) = 0;
  virtual Task<std::size_t> concurrency() = 0;
  virtual Task<std::vector<WorkerInfo>> workers() = 0;
  // A finished entry waits again, with its attempts reset. Errc::conflict: it is not in `failed` or
  // `completed`; Errc::full.
  virtual Task<void> retry(job::JobId id) = 0;
  // Errc::conflict: it is active.
  virtual Task<void> remove(job::JobId id) = 0;
  // A delayed entry becomes due now. Errc::conflict: it is not delayed.
  virtual Task<void> promote(job::JobId id) = 0;
  // Removes up to `limit` entries in `state` that are older than `age`; returns their ids. Errc::invalid for
  // active.
  virtual Task<std::vector<job::JobId>> clean(State state, std::chrono::milliseconds age,
                                              std::size_t limit) = 0;

  // `listener` is called on the event loop after each change until the returned subscription is destroyed. It
  // must not block and must not call the queue from inside the call. Destroy subscriptions before the queue.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };
  virtual std::unique_ptr<Subscription> subscribe(std::function<void(const Event&)> listener) = 0;

  // A text that changes when entries may have been lost: a server that keeps them was restarted, emptied or
  // replaced.
  virtual Task<std::string> incarnation() = 0;
  // What the server that keeps the queue says of itself, as Redis' INFO has it. Errc::not_found: there is
  // none.
  virtual Task<std::string> server_info() = 0;

  // Wakes every claim with Errc::cancelled, stops timers, waits for what is under way. May be called twice.
  virtual Task<void> stop() = 0;
};

}  // namespace code_exec::queue
