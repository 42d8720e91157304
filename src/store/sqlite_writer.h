// store/sqlite_writer.h - the changes a store makes, on the one connection that writes. Blocks; belongs to
// one thread at a time.
//
//   begin, then for each write: { begin_write, insert | start | ... , end_write }, then commit or roll_back
//
// A write that fails is undone alone by end_write(Keep::no). When that fails too, SQLite has given up the
// transaction, as it does when the disk is full: roll back, nothing of it was kept.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <vector>

#include "store/sqlite_statement.h"
#include "store/store.h"

namespace code_exec::store {

class SqliteWriter {
 public:
  enum class Keep { yes, no };

  // Opens or creates the file and brings its schema up to date.
  static Result<std::unique_ptr<SqliteWriter>> open(const std::filesystem::path& file);

  Result<void> begin();
  // What was written since begin() is on disk when it returns ok.
  Result<void> commit();
  void roll_back();
  Result<void> begin_write();
  Result<void> end_write(Keep keep);
  // Whether the transaction under way, or the last one, changed any row.
  bool changed_anything() const;

  Result<std::vector<Inserted>> insert(const std::vector<NewJob>& jobs);
  Result<int> start(const job::JobId& id, TimePoint at);
  Result<void> release(const job::JobId& id);
  Result<void> finish(const job::JobId& id, const job::Outcome& outcome, TimePoint at, Callback callback);
  Result<DueCallbacks> claim_callbacks(TimePoint now, std::chrono::milliseconds lease, std::size_t limit);
  Result<void> put_off_callback(const DueCallback& callback, TimePoint until);
  Result<void> remove_callback(const job::JobId& id);
  Result<std::size_t> sweep(const Retention& retention, TimePoint now, std::size_t limit);
  // Overwrites a row that nothing reads, as large as a job may well be.
  Result<void> try_write();

  // Moves what the write-ahead log holds into the database when the log has grown long. Call it between
  // transactions, when nobody waits for an answer: it waits for the disk too.
  void checkpoint_if_due();
  // The same however short the log is: after a write failed, what it gives back may be the room that is
  // missing.
  void checkpoint();

 private:
  using Counts = std::array<std::int64_t, 4>;  // by job::Status

  struct State {  // of one job
    std::int64_t number;
    job::Status status;
    int runs;
  };

  explicit SqliteWriter(Connection connection) : connection_(std::move(connection)) {}
  Result<void> load_counts();
  Result<void> save_counts();
  void count(job::Status status, int by) { count_changes_[static_cast<std::size_t>(status)] += by; }
  std::int64_t final_count() const;
  Result<State> state_of(const job::JobId& id);
  Result<Inserted> insert_one(const NewJob& job);
  Result<std::optional<Inserted>> earlier_job(const Idempotency& idempotency);
  Result<void> remove(std::int64_t number);

  Connection connection_;
  Counts counts_{};                // as committed
  Counts count_changes_{};         // by the transaction under way
  Counts count_changes_before_{};  // by it before the write under way
  std::int64_t rows_changed_before_ = 0;
  int log_pages_ = 0;

  Statement begin_{connection_.get(), "BEGIN IMMEDIATE"};
  Statement commit_{connection_.get(), "COMMIT"};
  Statement begin_write_{connection_.get(), "SAVEPOINT one_write"};
  Statement undo_write_{connection_.get(), "ROLLBACK TO one_write"};
  Statement end_write_{connection_.get(), "RELEASE one_write"};
  Statement read_counts_{connection_.get(), "SELECT status, jobs FROM counts"};
  Statement change_count_{connection_.get(), "UPDATE counts SET jobs = jobs + ?2 WHERE status = ?1"};
  Statement by_key_{connection_.get(),
                    "SELECT id, idempotency_fingerprint FROM jobs WHERE idempotency_key = ?1"};
  Statement insert_job_{connection_.get(),
                        "INSERT INTO jobs (id, status, language, priority, created_at, idempotency_key,"
                        " idempotency_fingerprint, submission) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
  Statement insert_source_{connection_.get(),
                           "INSERT INTO sources (number, code, stdin, files) VALUES (?1, ?2, ?3, ?4)"};
  Statement state_{connection_.get(), "SELECT number, status, runs FROM jobs WHERE id = ?1"};
  Statement set_state_{connection_.get(),
                       "UPDATE jobs SET status = ?2, runs = ?3, started_at = ?4 WHERE number = ?1"};
  Statement set_final_{connection_.get(),
                       "UPDATE jobs SET status = ?2, finished_at = ?3, outcome = ?4 WHERE number = ?1"};
  Statement insert_output_{
      connection_.get(),
      "INSERT INTO outputs (number, stdout, stderr, compile_output) VALUES (?1, ?2, ?3, ?4)"};
  Statement insert_callback_{connection_.get(),
                             "INSERT INTO callbacks (id, url, due_at) VALUES (?1, ?2, ?3)"};
  Statement first_callbacks_{connection_.get(),
                             "SELECT id, url, attempts, due_at FROM callbacks ORDER BY due_at LIMIT ?1"};
  Statement set_callback_due_{connection_.get(), "UPDATE callbacks SET due_at = ?2 WHERE id = ?1"};
  Statement put_off_callback_{
      connection_.get(), "UPDATE callbacks SET due_at = ?3, attempts = ?4 WHERE id = ?1 AND due_at = ?2"};
  Statement delete_callback_{connection_.get(), "DELETE FROM callbacks WHERE id = ?1"};
  Statement oldest_final_{connection_.get(),
                          "SELECT number, status, finished_at FROM jobs WHERE finished_at IS NOT NULL"
                          " ORDER BY finished_at LIMIT ?1"};
  Statement delete_job_{connection_.get(), "DELETE FROM jobs WHERE number = ?1"};
  Statement delete_source_{connection_.get(), "DELETE FROM sources WHERE number = ?1"};
  Statement delete_output_{connection_.get(), "DELETE FROM outputs WHERE number = ?1"};
  Statement try_write_{connection_.get(), "REPLACE INTO trial_write VALUES (1, randomblob(65536))"};
};

}  // namespace code_exec::store
