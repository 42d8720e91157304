#include "store/sqlite_writer.h"

#include <cassert>

#include "store/sqlite_codec.h"
#include "store/sqlite_schema.h"

namespace code_exec::store {
namespace {

// 16 MiB of log between checkpoints. The pages that every insert touches are then written to the database
// once for some thousand jobs.
constexpr int log_pages_max = 4096;

// FULL: every commit waits until the log is on disk. The log is cut back to its limit after it had to grow
// beyond it, so a moment of trouble does not cost disk for ever.
constexpr const char* writer_pragmas =
    "PRAGMA synchronous = FULL;"
    "PRAGMA cache_size = -16384;"
    "PRAGMA journal_size_limit = 33554432;";

int remember_log_size(void* log_pages, sqlite3*, const char*, int pages) {
  *static_cast<int*>(log_pages) = pages;
  return SQLITE_OK;
}

constexpr std::array statuses{job::Status::pending, job::Status::running, job::Status::completed,
                              job::Status::failed};

// A job that stays: conflict. Named so that a person sees which word the store goes by.
Error state_conflict(const job::JobId& id, job::Status status) {
  return Error{Errc::conflict, "job " + id.text() + " is " + std::string(job::to_string(status)), {}};
}

}  // namespace

Result<std::unique_ptr<SqliteWriter>> SqliteWriter::open(const std::filesystem::path& file) {
  auto connection = open_connection(file);
  if (!connection) return connection.error();
  if (auto ready = bring_up_to_date(connection->get()); !ready) return ready.error();
  if (auto set = execute(connection->get(), writer_pragmas); !set) return set.error();

  std::unique_ptr<SqliteWriter> writer(new SqliteWriter(std::move(*connection)));
  if (auto loaded = writer->load_counts(); !loaded) return loaded.error();
  // In place of SQLite's own checkpoint, which would run inside the commit that callers wait for.
  sqlite3_wal_hook(writer->connection_.get(), remember_log_size, &writer->log_pages_);
  return writer;
}

Result<void> SqliteWriter::begin() {
  rows_changed_before_ = sqlite3_total_changes64(connection_.get());
  count_changes_ = {};
  return begin_.run();
}

Result<void> SqliteWriter::commit() {
  if (auto saved = save_counts(); !saved) return saved;
  if (auto committed = commit_.run(); !committed) return committed;
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += count_changes_[i];
  return ok();
}

// Some errors (disk full) make SQLite end the transaction itself.
void SqliteWriter::roll_back() {
  if (sqlite3_get_autocommit(connection_.get()) == 0) (void)execute(connection_.get(), "ROLLBACK");
}

Result<void> SqliteWriter::begin_write() {
  count_changes_before_ = count_changes_;
  return begin_write_.run();
}

Result<void> SqliteWriter::end_write(Keep keep) {
  if (keep == Keep::no) {
    count_changes_ = count_changes_before_;
    if (auto undone = undo_write_.run(); !undone) return undone;
  }
  return end_write_.run();
}

bool SqliteWriter::changed_anything() const {
  return sqlite3_total_changes64(connection_.get()) != rows_changed_before_;
}

Result<std::vector<Inserted>> SqliteWriter::insert(const std::vector<NewJob>& jobs) {
  std::vector<Inserted> inserted;
  inserted.reserve(jobs.size());
  for (const NewJob& job : jobs) {
    auto one = insert_one(job);
    if (!one) return one.error();
    inserted.push_back(std::move(*one));
  }
  return inserted;
}

Result<Inserted> SqliteWriter::insert_one(const NewJob& added) {
  const job::Job& job = added.job;
  assert(job.status == job::Status::pending && job.runs == 0 && !job.outcome);
  std::optional<Blob> key;
  std::optional<Blob> fingerprint;
  if (added.idempotency) {
    auto earlier = earlier_job(*added.idempotency);
    if (!earlier) return earlier.error();
    if (*earlier) return std::move(**earlier);
    key = Blob{added.idempotency->key};
    fingerprint = Blob{added.idempotency->fingerprint};
  }

  const std::string submission = encode_submission(job.submission);
  auto put = insert_job_.run(std::string_view(job.id.text()), job::to_string(job.status),
                             std::string_view(job.submission.language), job.submission.priority,
                             to_ms(job.created_at), key, fingerprint, Blob{submission});
  if (!put && put.error().code == Errc::conflict)
    return Error{Errc::conflict, "the job id " + job.id.text() + " is taken", {}};
  if (!put) return put.error();

  const std::int64_t number = sqlite3_last_insert_rowid(connection_.get());
  const std::string files = join_contents(job.submission);
  put = insert_source_.run(number, Blob{job.submission.code}, Blob{job.submission.stdin_bytes}, Blob{files});
  if (!put) return put.error();
  if (const std::string& url = job.submission.callback_url; !url.empty()) {
    put = insert_callback_.run(std::string_view(job.id.text()), Blob{url},
                               to_ms(job.created_at + callback_look));
    if (!put) return put.error();
  }
  count(job.status, +1);
  return Inserted{.id = job.id, .created = true};
}

Result<std::optional<Inserted>> SqliteWriter::earlier_job(const Idempotency& idempotency) {
  Rows rows = by_key_.start(Blob{idempotency.key});
  if (!rows.next()) {
    auto finished = rows.finish();
    if (!finished) return finished.error();
    return std::optional<Inserted>();
  }
  if (rows.bytes(1) != idempotency.fingerprint)
    return Error{Errc::conflict, "the idempotency key was used with another request", "Idempotency-Key"};
  auto id = job::JobId::parse(rows.bytes(0));
  if (!id) return Error{Errc::unavailable, "a stored job id is damaged", {}};
  return std::optional<Inserted>({.id = std::move(*id), .created = false});
}

Result<SqliteWriter::State> SqliteWriter::state_of(const job::JobId& id) {
  Rows rows = state_.start(std::string_view(id.text()));
  if (!rows.next()) {
    auto finished = rows.finish();
    if (!finished) return finished.error();
    return Error{Errc::not_found, "there is no job " + id.text(), {}};
  }
  auto status = job::parse_status(rows.bytes(1));
  if (!status) return Error{Errc::unavailable, "the stored job " + id.text() + " is damaged", {}};
  return State{.number = rows.integer(0), .status = *status, .runs = static_cast<int>(rows.integer(2))};
}

Result<int> SqliteWriter::start(const job::JobId& id, TimePoint at) {
  auto state = state_of(id);
  if (!state) return state.error();
  if (job::is_final(state->status)) return state_conflict(id, state->status);

  const int runs = state->runs + 1;
  auto set = set_state_.run(state->number, job::to_string(job::Status::running), runs, to_ms(at));
  if (!set) return set.error();
  count(state->status, -1);
  count(job::Status::running, +1);
  return runs;
}

Result<void> SqliteWriter::release(const job::JobId& id) {
  auto state = state_of(id);
  if (!state) return state.error();
  if (state->status != job::Status::running) return state_conflict(id, state->status);

  auto set =
      set_state_.run(state->number, job::to_string(job::Status::pending), state->runs - 1, std::nullopt);
  if (!set) return set;
  count(job::Status::running, -1);
  count(job::Status::pending, +1);
  return ok();
}

Result<void> SqliteWriter::finish(const job::JobId& id, const job::Outcome& outcome, TimePoint at,
                                  Callback callback) {
  assert(job::is_final(outcome.status));
  auto state = state_of(id);
  if (!state) return state.error();
  if (job::is_final(state->status)) return state_conflict(id, state->status);

  const std::string encoded = encode_outcome(outcome);
  auto set = set_final_.run(state->number, job::to_string(outcome.status), to_ms(at), Blob{encoded});
  if (!set) return set;
  const std::string printed = stdout_column(outcome);
  set = insert_output_.run(state->number, Blob{printed}, Blob{outcome.stderr_bytes},
                           Blob{outcome.compile_output});
  if (!set) return set;
  if (callback == Callback::wanted) {
    set = set_callback_due_.run(std::string_view(id.text()), to_ms(at));
    if (!set) return set;
  }
  count(state->status, -1);
  count(outcome.status, +1);
  return ok();
}

Result<DueCallbacks> SqliteWriter::claim_callbacks(TimePoint now, std::chrono::milliseconds lease,
                                                   std::size_t limit) {
  DueCallbacks due;
  {
    Rows rows = first_callbacks_.start(static_cast<std::int64_t>(limit) + 1);
    while (!due.next && rows.next()) {
      const TimePoint due_at = from_ms(rows.integer(3));
      if (due_at > now || due.claimed.size() == limit) {
        due.next = due_at;
        continue;
      }
      auto id = job::JobId::parse(rows.bytes(0));
      if (!id) return Error{Errc::unavailable, "a stored callback is damaged", {}};
      due.claimed.push_back({.id = std::move(*id),
                             .url = rows.text(1),
                             .attempts = static_cast<int>(rows.integer(2)),
                             .leased_until = now + lease});
    }
    if (!due.next) {
      if (auto finished = rows.finish(); !finished) return finished.error();
    }
  }
  for (const DueCallback& callback : due.claimed) {
    auto set = set_callback_due_.run(std::string_view(callback.id.text()), to_ms(callback.leased_until));
    if (!set) return set.error();
  }
  return due;
}

Result<void> SqliteWriter::put_off_callback(const DueCallback& callback, TimePoint until) {
  return put_off_callback_.run(std::string_view(callback.id.text()), to_ms(callback.leased_until),
                               to_ms(until), callback.attempts);
}

Result<void> SqliteWriter::remove_callback(const job::JobId& id) {
  return delete_callback_.run(std::string_view(id.text()));
}

Result<std::size_t> SqliteWriter::sweep(const Retention& retention, TimePoint now, std::size_t limit) {
  const std::int64_t keep_from = to_ms(now - retention.age_max);
  std::int64_t excess = final_count() - static_cast<std::int64_t>(retention.count_max);

  // Collected before anything is removed: a row must not go while a statement walks the index over it.
  std::vector<std::int64_t> numbers;
  Counts removed{};
  {
    Rows rows = oldest_final_.start(static_cast<std::int64_t>(limit));
    bool covered = false;  // from here on by retention: what follows ended later
    while (!covered && rows.next()) {
      covered = excess <= 0 && rows.integer(2) >= keep_from;
      if (covered) continue;
      --excess;
      auto status = job::parse_status(rows.bytes(1));
      if (!status) return Error{Errc::unavailable, "a stored status is damaged", {}};
      ++removed[static_cast<std::size_t>(*status)];
      numbers.push_back(rows.integer(0));
    }
    if (!covered) {
      if (auto finished = rows.finish(); !finished) return finished.error();
    }
  }
  for (std::int64_t number : numbers) {
    if (auto gone = remove(number); !gone) return gone.error();
  }
  for (std::size_t i = 0; i < removed.size(); ++i) count_changes_[i] -= removed[i];
  return numbers.size();
}

Result<void> SqliteWriter::remove(std::int64_t number) {
  if (auto gone = delete_job_.run(number); !gone) return gone;
  if (auto gone = delete_source_.run(number); !gone) return gone;
  return delete_output_.run(number);
}

Result<void> SqliteWriter::try_write() {
  return try_write_.run();
}

void SqliteWriter::checkpoint_if_due() {
  if (log_pages_ >= log_pages_max) checkpoint();
}

// PASSIVE waits for no reader: what it could not move it moves next time. A failure (disk full) loses
// nothing, the log is still there; it shows when the log cannot grow either and a commit fails.
void SqliteWriter::checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code == SQLITE_OK) log_pages_ = 0;
}

Result<void> SqliteWriter::load_counts() {
  Rows rows = read_counts_.start();
  while (rows.next()) {
    auto status = job::parse_status(rows.bytes(0));
    if (!status) return Error{Errc::unavailable, "the stored counts are damaged", {}};
    counts_[static_cast<std::size_t>(*status)] = rows.integer(1);
  }
  return rows.finish();
}

Result<void> SqliteWriter::save_counts() {
  for (job::Status status : statuses) {
    const std::int64_t change = count_changes_[static_cast<std::size_t>(status)];
    if (change == 0) continue;
    if (auto saved = change_count_.run(job::to_string(status), change); !saved) return saved;
  }
  return ok();
}

std::int64_t SqliteWriter::final_count() const {
  std::int64_t jobs = 0;
  for (job::Status status : {job::Status::completed, job::Status::failed}) {
    const auto i = static_cast<std::size_t>(status);
    jobs += counts_[i] + count_changes_[i];
  }
  return jobs;
}

}  // namespace code_exec::store
