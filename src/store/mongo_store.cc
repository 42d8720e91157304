#include "store/mongo_store.h"

#include <atomic>
#include <mutex>

#include "base/log.h"
#include "mongo/client.h"
#include "store/call_queue.h"
#include "store/mongo_calls.h"
#include "store/mongo_group.h"
#include "store/store_threads.h"

namespace code_exec::store {
namespace {

using namespace std::chrono_literals;
using SteadyTime = std::chrono::steady_clock::time_point;

// Two, so that one group travels while the next one gathers.
constexpr std::size_t group_threads = 2;
constexpr std::size_t call_threads = 4;
constexpr std::size_t threads_count = group_threads + call_threads;

// Whether the server answers. Where a call has failed slowly, which is what a server that is away makes it
// do, those that come in the next moment fail at once and do not stand in line for the same.
class Availability {
 public:
  Result<void> check() const {
    const std::lock_guard lock(mutex_);
    if (std::chrono::steady_clock::now() < away_until_) return error_;
    return ok();
  }
  // One round has ended. `error`: of a call to which the server did not say what it should.
  void note(const Error* error, SteadyTime began) {
    const std::lock_guard lock(mutex_);
    const bool failed = error != nullptr;
    if (failed != fails_.load())
      failed ? log::error("store fails detail={}", log::quoted(error->detail)) : log::info("store is back");
    fails_ = failed;
    if (!failed) return;
    error_ = *error;
    const auto now = std::chrono::steady_clock::now();
    if (now - began >= slow) away_until_ = now + fail_fast;
  }
  bool fails() const { return fails_; }

 private:
  static constexpr auto slow = 500ms;
  static constexpr auto fail_fast = 500ms;

  mutable std::mutex mutex_;
  std::atomic<bool> fails_ = false;
  Error error_{Errc::unavailable, "mongodb does not answer", {}};
  SteadyTime away_until_{};
};

struct InsertWork {
  std::vector<NewJob> jobs;
  std::vector<MongoGroup::AddedJob> added{};
  void prepare(MongoGroup& group) { added = group.add_jobs(jobs); }
  Result<std::vector<Inserted>> operator()(MongoGroup& group) { return group.inserted(jobs, added); }
};

struct StartWork {
  job::JobId id;
  TimePoint at;
  MongoGroup::AddedStart added{};
  void prepare(MongoGroup& group) { added = group.add_start(id, at); }
  Result<int> operator()(MongoGroup& group) { return group.started(added); }
};

struct FinishWork {
  job::JobId id;
  job::Outcome outcome;
  TimePoint at;
  Callback callback;
  MongoGroup::AddedResult added{};
  void prepare(MongoGroup& group) { added = group.add_result(id, outcome, at, callback); }
  Result<void> operator()(MongoGroup& group) { return group.finished(id, added); }
};

class MongoStore final : public JobStore {
 public:
  MongoStore(MongoOptions options, std::unique_ptr<mongo::Pool> pool)
      : options_(std::move(options)),
        pool_(std::move(pool)),
        groups_(options_.calls_waiting_max),
        calls_(options_.calls_waiting_max),
        threads_(options_.executor) {
    for (std::size_t i = 0; i < group_threads; ++i) threads_.add("store-groups", [this] { send_groups(); });
    for (std::size_t i = 0; i < call_threads; ++i) threads_.add("store-calls", [this] { make_calls(); });
  }

  ~MongoStore() override { close(); }

  Task<std::vector<Inserted>> insert(std::vector<NewJob> jobs) override {
    return call<std::vector<Inserted>>(groups_, options_.executor, InsertWork{.jobs = std::move(jobs)});
  }
  Task<void> finish(job::JobId id, job::Outcome outcome, TimePoint at, Callback callback) override {
    return call<void>(
        groups_, options_.executor,
        FinishWork{.id = std::move(id), .outcome = std::move(outcome), .at = at, .callback = callback});
  }

  Task<int> start(job::JobId id, TimePoint at) override {
    return call<int>(groups_, options_.executor, StartWork{.id = std::move(id), .at = at});
  }
  Task<void> release(job::JobId id) override {
    return ask<void>([id = std::move(id)](MongoCalls& calls) { return calls.release(id); });
  }
  Task<job::Job> find(job::JobId id) override {
    return ask<job::Job>([id = std::move(id)](MongoCalls& calls) { return calls.find(id); });
  }
  Task<JobPage> list(JobFilter filter) override {
    return ask<JobPage>([filter = std::move(filter)](MongoCalls& calls) { return calls.list(filter); });
  }
  Task<std::vector<Unfinished>> unfinished(std::optional<job::JobId> after, std::size_t limit) override {
    return ask<std::vector<Unfinished>>(
        [after = std::move(after), limit](MongoCalls& calls) { return calls.unfinished(after, limit); });
  }
  Task<std::map<job::Status, std::uint64_t>> counts() override {
    return ask<std::map<job::Status, std::uint64_t>>([](MongoCalls& calls) { return calls.counts(); });
  }
  Task<std::size_t> sweep(Retention retention, TimePoint now, std::size_t limit) override {
    return ask<std::size_t>([=](MongoCalls& calls) { return calls.sweep(retention, now, limit); });
  }
  Task<DueCallbacks> claim_callbacks(TimePoint now, std::chrono::milliseconds lease,
                                     std::size_t limit) override {
    return ask<DueCallbacks>([=](MongoCalls& calls) { return calls.claim_callbacks(now, lease, limit); });
  }
  Task<void> put_off_callback(DueCallback callback, TimePoint until) override {
    return ask<void>([callback = std::move(callback), until](MongoCalls& calls) {
      return calls.put_off_callback(callback, until);
    });
  }
  Task<void> remove_callback(job::JobId id) override {
    return ask<void>([id = std::move(id)](MongoCalls& calls) { return calls.remove_callback(id); });
  }
  Task<void> check_health() override {
    return ask<void>(
        [this](MongoCalls& calls) { return availability_.fails() ? calls.try_write() : calls.ping(); });
  }

  Task<void> stop() override {
    close();
    co_return co_await threads_.until_ended();
  }

 private:
  template <class T, class Work>
  Task<T> ask(Work work) {
    return call<T>(calls_, options_.executor, std::move(work));
  }

  void close() {
    groups_.close();
    calls_.close();
  }

  // Before the first call that reaches the server.
  Result<void> prepare(mongo::Client& client) {
    if (auto available = availability_.check(); !available) return available;
    if (is_prepared_) return ok();
    const std::lock_guard lock(preparing_);
    if (is_prepared_) return ok();
    if (auto available = availability_.check(); !available) return available;
    const SteadyTime began = std::chrono::steady_clock::now();
    auto created = MongoCalls(client).create_indexes(options_.expire_after);
    if (!created) {
      availability_.note(&created.error(), began);
      return created;
    }
    is_prepared_ = true;
    return ok();
  }

  void send_groups() {
    const auto client = pool_->client();
    for (Calls<MongoGroup> calls; !(calls = groups_.take(options_.group_max)).empty();) {
      const SteadyTime began = std::chrono::steady_clock::now();
      if (auto prepared = prepare(*client); !prepared) {
        for (const auto& call : calls) call->fail(prepared.error());
      } else {
        MongoGroup group(*client);
        for (const auto& call : calls) call->prepare(group);
        group.execute();
        const Error* failed = nullptr;
        for (const auto& call : calls) failed = worse(failed, call->run(group));
        availability_.note(failed, began);
      }
      answer(options_.executor, std::move(calls));
    }
  }

  // One at a time: none waits for a longer one before it.
  void make_calls() {
    const auto client = pool_->client();
    MongoCalls side(*client);
    for (Calls<MongoCalls> calls; !(calls = calls_.take(1)).empty();) {
      const SteadyTime began = std::chrono::steady_clock::now();
      if (auto prepared = prepare(*client); !prepared) {
        calls.front()->fail(prepared.error());
      } else {
        availability_.note(worse(nullptr, calls.front()->run(side)), began);
      }
      answer(options_.executor, std::move(calls));
    }
  }

  static const Error* worse(const Error* known, const Error* error) {
    return error && error->code == Errc::unavailable ? error : known;
  }

  const MongoOptions options_;
  std::unique_ptr<mongo::Pool> pool_;
  Availability availability_;
  std::atomic<bool> is_prepared_ = false;
  std::mutex preparing_;
  CallQueue<MongoGroup> groups_;
  CallQueue<MongoCalls> calls_;
  StoreThreads threads_;
};

}  // namespace

Result<std::unique_ptr<JobStore>> open_mongo_store(MongoOptions options) {
  auto pool = mongo::Pool::open(options.uri, threads_count);
  if (!pool) return pool.error();
  return std::unique_ptr<JobStore>(std::make_unique<MongoStore>(std::move(options), std::move(*pool)));
}

}  // namespace code_exec::store
