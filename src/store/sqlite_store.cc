#include "store/sqlite_store.h"

#include <atomic>

#include "base/log.h"
#include "store/call_queue.h"
#include "store/sqlite_reader.h"
#include "store/sqlite_writer.h"
#include "store/store_threads.h"

namespace code_exec::store {
namespace {

using Writes = Calls<SqliteWriter>;

constexpr auto commits_apart = std::chrono::milliseconds(2);

class SqliteStore final : public JobStore {
 public:
  SqliteStore(SqliteOptions options, std::unique_ptr<SqliteWriter> writer,
              std::unique_ptr<SqliteReader> reader)
      : options_(std::move(options)),
        writes_(options_.writes_waiting_max),
        reads_(options_.reads_waiting_max),
        threads_(options_.executor) {
    threads_.add("store-writer",
                 [this, side = std::move(writer)]() mutable { write_until_closed(std::move(side)); });
    threads_.add("store-reader",
                 [this, side = std::move(reader)]() mutable { read_until_closed(std::move(side)); });
  }

  ~SqliteStore() override { close(); }

  Task<std::vector<Inserted>> insert(std::vector<NewJob> jobs) override {
    return write<std::vector<Inserted>>(
        [jobs = std::move(jobs)](SqliteWriter& writer) { return writer.insert(jobs); });
  }
  Task<int> start(job::JobId id, TimePoint at) override {
    return write<int>([id = std::move(id), at](SqliteWriter& writer) { return writer.start(id, at); });
  }
  Task<void> release(job::JobId id) override {
    return write<void>([id = std::move(id)](SqliteWriter& writer) { return writer.release(id); });
  }
  Task<void> finish(job::JobId id, job::Outcome outcome, TimePoint at, Callback callback) override {
    return write<void>([id = std::move(id), outcome = std::move(outcome), at,
                        callback](SqliteWriter& writer) { return writer.finish(id, outcome, at, callback); });
  }
  Task<DueCallbacks> claim_callbacks(TimePoint now, std::chrono::milliseconds lease,
                                     std::size_t limit) override {
    return write<DueCallbacks>(
        [=](SqliteWriter& writer) { return writer.claim_callbacks(now, lease, limit); });
  }
  Task<void> put_off_callback(DueCallback callback, TimePoint until) override {
    return write<void>([callback = std::move(callback), until](SqliteWriter& writer) {
      return writer.put_off_callback(callback, until);
    });
  }
  Task<void> remove_callback(job::JobId id) override {
    return write<void>([id = std::move(id)](SqliteWriter& writer) { return writer.remove_callback(id); });
  }
  Task<std::size_t> sweep(Retention retention, TimePoint now, std::size_t limit) override {
    return write<std::size_t>([=](SqliteWriter& writer) { return writer.sweep(retention, now, limit); });
  }

  Task<job::Job> find(job::JobId id) override {
    return read<job::Job>([id = std::move(id)](SqliteReader& reader) { return reader.find(id); });
  }
  Task<JobPage> list(JobFilter filter) override {
    return read<JobPage>([filter = std::move(filter)](SqliteReader& reader) { return reader.list(filter); });
  }
  Task<std::vector<Unfinished>> unfinished(std::optional<job::JobId> after, std::size_t limit) override {
    return read<std::vector<Unfinished>>(
        [after = std::move(after), limit](SqliteReader& reader) { return reader.unfinished(after, limit); });
  }
  Task<std::map<job::Status, std::uint64_t>> counts() override {
    return read<std::map<job::Status, std::uint64_t>>([](SqliteReader& reader) { return reader.counts(); });
  }

  Task<void> check_health() override {
    if (closed_) co_return Error{Errc::unavailable, "the store is closed", {}};
    if (!writes_fail_) co_return ok();
    auto trial = write<void>([](SqliteWriter& writer) { return writer.try_write(); });
    co_return co_await std::move(trial);
  }

  Task<void> stop() override {
    close();
    co_return co_await threads_.until_ended();
  }

 private:
  template <class T, class Work>
  Task<T> write(Work work) {
    return call<T>(writes_, options_.executor, std::move(work));
  }
  template <class T, class Work>
  Task<T> read(Work work) {
    return call<T>(reads_, options_.executor, std::move(work));
  }

  void close() {
    closed_ = true;
    writes_.close();
    reads_.close();
  }

  // Group commit: while one transaction goes to disk, what arrives waits and makes the next one. A fast disk
  // would still have one for nearly every write. So after a transaction of several, which tells that many
  // work at the same time, the next one waits a moment for company; whoever works alone never does.
  void write_until_closed(std::unique_ptr<SqliteWriter> writer) {
    std::chrono::steady_clock::time_point next{};
    for (Writes calls; !(calls = writes_.take(options_.commit_batch_max, next)).empty();) {
      if (calls.size() > 1) next = std::chrono::steady_clock::now() + commits_apart;
      auto committed = commit(*writer, calls);
      if (!committed) {
        for (const auto& call : calls) call->fail(committed.error());
      }
      note_health(committed, *writer);
      answer(options_.executor, std::move(calls));
      committed ? writer->checkpoint_if_due() : writer->checkpoint();
    }
  }

  Result<void> commit(SqliteWriter& writer, const Writes& calls) {
    a_write_failed_ = false;
    auto done = writer.begin();
    for (std::size_t i = 0; done && i < calls.size(); ++i) done = run_one(writer, *calls[i]);
    if (done) done = writer.commit();
    if (!done) writer.roll_back();
    return done;
  }

  // An error of the call is the call's own, unless the transaction went with it.
  Result<void> run_one(SqliteWriter& writer, Call<SqliteWriter>& call) {
    if (auto begun = writer.begin_write(); !begun) return begun;
    const Error* error = call.run(writer);
    if (error == nullptr) return writer.end_write(SqliteWriter::Keep::yes);
    if (error->code == Errc::unavailable) a_write_failed_ = true;
    auto undone = writer.end_write(SqliteWriter::Keep::no);
    if (!undone && error->code == Errc::unavailable) return *error;  // the cause, not what followed from it
    return undone;
  }

  // A transaction that changed nothing proves nothing.
  void note_health(const Result<void>& committed, const SqliteWriter& writer) {
    const bool failed = !committed || a_write_failed_;
    if (failed && !writes_fail_.exchange(true)) {
      const std::string detail = committed ? "one write of a transaction" : committed.error().detail;
      log::error("store writes fail detail={}", log::quoted(detail));
    }
    if (!failed && writer.changed_anything() && writes_fail_.exchange(false))
      log::info("store writes succeed again");
  }

  // Reads are answered one by one: none waits for a longer one behind it.
  void read_until_closed(std::unique_ptr<SqliteReader> reader) {
    for (Calls<SqliteReader> calls; !(calls = reads_.take(1)).empty();) {
      calls.front()->run(*reader);
      answer(options_.executor, std::move(calls));
    }
  }

  const SqliteOptions options_;
  std::atomic<bool> writes_fail_ = false;
  bool a_write_failed_ = false;  // of the write thread: in the transaction at hand
  bool closed_ = false;          // of the event loop
  CallQueue<SqliteWriter> writes_;
  CallQueue<SqliteReader> reads_;
  StoreThreads threads_;
};

}  // namespace

Result<std::unique_ptr<JobStore>> open_sqlite_store(SqliteOptions options) {
  auto writer = SqliteWriter::open(options.file);
  if (!writer) {
    Error error = writer.error();
    error.detail = options.file.string() + ": " + error.detail;
    return error;
  }
  auto reader = SqliteReader::open(options.file);
  if (!reader) return reader.error();
  return std::unique_ptr<JobStore>(
      std::make_unique<SqliteStore>(std::move(options), std::move(*writer), std::move(*reader)));
}

}  // namespace code_exec::store
