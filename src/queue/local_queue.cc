#include "queue/local_queue.h"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <cassert>

#include "queue/claim_line.h"
#include "queue/deadline_timer.h"
#include "queue/entry_sets.h"
#include "queue/listeners.h"

namespace code_exec::queue {
namespace {

using Record = EntrySets::Record;
using End = EntrySets::End;

class LocalQueue final : public Queue {
 public:
  LocalQueue(QueueOptions options, net::any_io_executor executor, Clock& clock)
      : options_(std::move(options)), clock_(clock), line_(executor), timer_(executor, clock, [this] {
          settle();
          return entries_.next_deadline();
        }) {}

  const QueueOptions& options() const override { return options_; }

  Task<void> push(job::JobId id, EntryOptions options) override;
  Task<Lease> claim(std::string worker) override;
  Task<Lease> renew(Lease lease) override;
  Task<void> complete(Lease lease, std::string return_value) override;
  Task<State> fail(Lease lease, std::string reason, FailAs how) override;
  Task<void> release(Lease lease) override;

  Task<std::map<State, std::size_t>> counts() override;
  Task<std::vector<Entry>> list(State state, std::size_t offset, std::size_t count, Order order) override;
  Task<Entry> find(job::JobId id) override;

  Task<void> pause() override;
  Task<void> resume() override;
  Task<bool> is_paused() override { co_return is_paused_; }
  Task<void> set_concurrency(std::size_t active_max) override;
  Task<std::size_t> concurrency() override { co_return active_max_; }
  Task<std::vector<WorkerInfo>> workers() override;
  Task<void> retry(job::JobId id) override;
  Task<void> remove(job::JobId id) override;
  Task<void> promote(job::JobId id) override;
  Task<std::vector<job::JobId>> clean(State state, std::chrono::milliseconds age, std::size_t limit) override;

  std::unique_ptr<Subscription> subscribe(std::function<void(const Event&)> listener) override {
    return listeners_.subscribe(std::move(listener));
  }
  Task<std::string> incarnation() override { co_return std::string(); }
  Task<std::string> server_info() override { co_return Error{Errc::not_found, "there is no server", {}}; }
  Task<void> stop() override;

 private:
  void settle();
  void stall(Record& record);
  Lease take(Record& record, std::string worker);
  Result<Record*> held(const Lease& lease);
  Result<Record*> known(const job::JobId& id);
  Result<void> check_room() const;
  std::size_t claimable() const;
  void make_ready(Record& record, End end);
  void delay(Record& record, std::chrono::milliseconds by);
  void finish(Record& record, State state);
  void call_claimers();
  void emit(Event::Type type, const Record& record) {
    listeners_.emit(
        Event{type, record.entry.id, type == Event::Type::completed ? record.entry.return_value : ""});
  }

  const QueueOptions options_;
  Clock& clock_;
  Listeners listeners_;
  EntrySets entries_;
  std::map<std::string, TimePoint> workers_;  // and when each claimed first
  bool is_paused_ = false;
  std::size_t active_max_ = 0;
  bool is_stopping_ = false;
  std::uint64_t last_token_ = 0;
  ClaimLine line_;
  DeadlineTimer timer_;
};

Task<void> LocalQueue::push(job::JobId id, EntryOptions options) {
  if (auto checked = check(options); !checked) co_return checked;
  Record* earlier = entries_.find(id);
  if (earlier && !earlier->entry.finished_at)
    co_return Error{Errc::conflict, "the job is in the queue already", {}};
  if (auto room = check_room(); !room) co_return room;
  if (earlier) entries_.erase(*earlier);

  Entry entry{.id = std::move(id), .options = options, .added_at = clock_.now()};
  Record& record = entries_.insert(std::move(entry));
  emit(Event::Type::added, record);
  if (options.delay.count() > 0)
    delay(record, options.delay);
  else
    make_ready(record, End::back);
  co_return ok();
}

Task<Lease> LocalQueue::claim(std::string worker) {
  ClaimLine::Place place(line_);
  workers_.try_emplace(worker, clock_.now());
  bool was_called = false;
  while (true) {
    auto cancellation = co_await net::this_coro::cancellation_state;
    if (is_stopping_ || cancellation.cancelled() != net::cancellation_type::none) {
      call_claimers();  // if it was our turn, it is the next one's now
      co_return Error{Errc::cancelled, "the claim was cancelled", {}};
    }
    settle();
    const std::size_t spoken_for = was_called ? 0 : line_.called();
    if (claimable() > spoken_for) co_return take(*entries_.first_ready(), std::move(worker));
    auto waited = co_await place.wait();
    was_called = place.answer();
    if (!waited) co_return waited.error();
  }
}

Lease LocalQueue::take(Record& record, std::string worker) {
  const TimePoint now = clock_.now();
  const TimePoint expires_at = now + options_.lease_ttl;
  entries_.move_to_active(record, std::to_string(++last_token_), expires_at);
  record.entry.processed_at = now;
  record.entry.worker = std::move(worker);
  timer_.expect(expires_at);
  emit(Event::Type::active, record);
  return Lease{record.entry.id, record.lease_token, record.entry.attempts_made + 1, expires_at};
}

Task<Lease> LocalQueue::renew(Lease lease) {
  auto record = held(lease);
  if (!record) co_return record.error();
  lease.expires_at = clock_.now() + options_.lease_ttl;
  entries_.extend_lease(**record, lease.expires_at);
  co_return lease;
}

Task<void> LocalQueue::complete(Lease lease, std::string return_value) {
  auto record = held(lease);
  if (!record) co_return record.error();
  (*record)->entry.attempts_made += 1;
  (*record)->entry.return_value = std::move(return_value);
  finish(**record, State::completed);
  co_return ok();
}

Task<State> LocalQueue::fail(Lease lease, std::string reason, FailAs how) {
  auto record = held(lease);
  if (!record) co_return record.error();
  Entry& entry = (*record)->entry;
  entry.attempts_made += 1;
  if (entry.stacktrace.size() == stacktrace_max) entry.stacktrace.erase(entry.stacktrace.begin());
  entry.stacktrace.push_back(reason);
  entry.failed_reason = std::move(reason);

  if (how == FailAs::final || entry.attempts_made >= entry.options.attempts_max) {
    finish(**record, State::failed);  // which may erase it
    co_return State::failed;
  }
  const auto pause = delay_after(entry.options.backoff, entry.attempts_made);
  if (pause.count() > 0)
    delay(**record, pause);
  else
    make_ready(**record, End::back);
  co_return entry.state;
}

Task<void> LocalQueue::release(Lease lease) {
  auto record = held(lease);
  if (!record) co_return record.error();
  make_ready(**record, End::front);
  co_return ok();
}

Task<std::map<State, std::size_t>> LocalQueue::counts() {
  settle();
  std::map<State, std::size_t> counts;
  for (State state : states) counts[state] = entries_.size(state);
  co_return counts;
}

Task<std::vector<Entry>> LocalQueue::list(State state, std::size_t offset, std::size_t count, Order order) {
  settle();
  co_return entries_.list(state, offset, count, order);
}

Task<Entry> LocalQueue::find(job::JobId id) {
  settle();
  auto record = known(id);
  if (!record) co_return record.error();
  co_return (*record)->entry;
}

Task<void> LocalQueue::pause() {
  if (is_paused_) co_return ok();
  is_paused_ = true;
  listeners_.emit(Event{Event::Type::paused, {}});
  co_return ok();
}

Task<void> LocalQueue::resume() {
  if (!is_paused_) co_return ok();
  is_paused_ = false;
  listeners_.emit(Event{Event::Type::resumed, {}});
  call_claimers();
  co_return ok();
}

Task<void> LocalQueue::set_concurrency(std::size_t active_max) {
  active_max_ = active_max;
  call_claimers();
  co_return ok();
}

Task<std::vector<WorkerInfo>> LocalQueue::workers() {
  std::vector<WorkerInfo> found;
  for (const auto& [name, since] : workers_) {
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - since);
    found.push_back(WorkerInfo{.id = name, .name = name, .address = {}, .age = age});
  }
  co_return found;
}

Task<void> LocalQueue::retry(job::JobId id) {
  auto record = known(id);
  if (!record) co_return record.error();
  Entry& entry = (*record)->entry;
  if (!entry.finished_at) co_return Error{Errc::conflict, "the job is not finished", {}};
  if (auto room = check_room(); !room) co_return room;
  entry.attempts_made = 0;
  entry.stalled_count = 0;
  entry.processed_at.reset();
  entry.failed_reason.clear();
  entry.return_value.clear();
  make_ready(**record, End::back);
  co_return ok();
}

Task<void> LocalQueue::remove(job::JobId id) {
  settle();
  auto record = known(id);
  if (!record) co_return record.error();
  if ((*record)->entry.state == State::active) co_return Error{Errc::conflict, "the job is active", {}};
  entries_.erase(**record);
  listeners_.emit(Event{Event::Type::removed, std::move(id)});
  co_return ok();
}

Task<void> LocalQueue::promote(job::JobId id) {
  settle();
  auto record = known(id);
  if (!record) co_return record.error();
  if ((*record)->entry.state != State::delayed) co_return Error{Errc::conflict, "the job is not delayed", {}};
  make_ready(**record, End::back);
  co_return ok();
}

Task<std::vector<job::JobId>> LocalQueue::clean(State state, std::chrono::milliseconds age,
                                                std::size_t limit) {
  if (state == State::active) co_return Error{Errc::invalid, "active jobs cannot be cleaned", "state"};
  settle();
  std::vector<job::JobId> ids;
  for (Record* record : entries_.untouched_since(state, clock_.now() - age, limit)) {
    ids.push_back(record->entry.id);
    entries_.erase(*record);
  }
  for (const job::JobId& id : ids) listeners_.emit(Event{Event::Type::removed, id});
  co_return ids;
}

Task<void> LocalQueue::stop() {
  is_stopping_ = true;
  line_.call_all();
  auto left = co_await line_.until_empty();
  if (!left) co_return left;
  co_return co_await timer_.stop();
}

// Does what is due by the clock. Every call that depends on it begins with it, so that what a caller sees
// does not depend on whether the timer's coroutine has had its turn.
void LocalQueue::settle() {
  const TimePoint now = clock_.now();
  while (Record* due = entries_.first_due(now)) make_ready(*due, End::back);
  while (Record* expired = entries_.first_expired(now)) stall(*expired);
}

void LocalQueue::stall(Record& record) {
  record.entry.stalled_count += 1;
  emit(Event::Type::stalled, record);
  if (record.entry.stalled_count <= options_.stalled_max) {
    make_ready(record, End::front);
    return;
  }
  record.entry.failed_reason = stalled_reason;
  finish(record, State::failed);
}

Result<Record*> LocalQueue::held(const Lease& lease) {
  settle();
  auto record = known(lease.id);
  if (!record) return record;
  if ((*record)->entry.state != State::active || (*record)->lease_token != lease.token)
    return Error{Errc::conflict, "the lease on the job is not held any more", {}};
  return record;
}

Result<Record*> LocalQueue::known(const job::JobId& id) {
  Record* record = entries_.find(id);
  if (!record) return Error{Errc::not_found, "no such job in the queue", {}};
  return record;
}

Result<void> LocalQueue::check_room() const {
  if (entries_.unfinished_size() < options_.unfinished_max) return ok();
  return Error{Errc::full,
               "the queue " + options_.name + " holds its bound of " +
                   std::to_string(options_.unfinished_max) + " unfinished jobs",
               {}};
}

std::size_t LocalQueue::claimable() const {
  if (is_paused_) return 0;
  const std::size_t ready = entries_.ready_size();
  if (active_max_ == 0) return ready;
  const std::size_t active = entries_.size(State::active);
  return active < active_max_ ? std::min(ready, active_max_ - active) : 0;
}

void LocalQueue::make_ready(Record& record, End end) {
  entries_.move_to_ready(record, end);
  emit(Event::Type::waiting, record);
  call_claimers();
}

void LocalQueue::delay(Record& record, std::chrono::milliseconds by) {
  const TimePoint due_at = clock_.now() + by;
  entries_.move_to_delayed(record, due_at);
  timer_.expect(due_at);
  emit(Event::Type::delayed, record);
  call_claimers();
}

void LocalQueue::finish(Record& record, State state) {
  entries_.move_to_finished(record, state, clock_.now());
  const bool is_completed = state == State::completed;
  emit(is_completed ? Event::Type::completed : Event::Type::failed, record);
  const std::size_t kept_max = is_completed ? options_.completed_kept_max : options_.failed_kept_max;
  while (entries_.size(state) > kept_max) entries_.erase(*entries_.first(state));
  if (entries_.ready_size() == 0 && entries_.size(State::active) == 0)
    listeners_.emit(Event{Event::Type::drained, {}});
  call_claimers();
}

void LocalQueue::call_claimers() {
  while (line_.called() < claimable() && line_.call_next()) {
  }
}

}  // namespace

std::unique_ptr<Queue> make_local_queue(QueueOptions options, net::any_io_executor executor, Clock& clock) {
  return std::make_unique<LocalQueue>(std::move(options), std::move(executor), clock);
}

}  // namespace code_exec::queue
