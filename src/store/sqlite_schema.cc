#include "store/sqlite_schema.h"

#include <array>
#include <cstdint>
#include <string>

#include "store/sqlite_statement.h"

namespace code_exec::store {
namespace {

// In the header of the file, so that another program's database is not taken for ours: "cexe".
constexpr std::int64_t application_id = 0x63657865;

// What changes often (jobs) is apart from what is large and written once (sources, outputs), because SQLite
// writes a changed row anew, and list() must not read contents. The three share `number`.
//
// jobs_by_state serves every filter of list(), and unfinished(): a page of jobs of one status and one
// language is one short range of it, and there are few of either.
//
// `counts` is brought up to date once per transaction, so that nothing ever counts rows.
//
// Columns with bytes of a client or a program are BLOBs: they need not be UTF-8.
constexpr const char* version_1 = R"(
CREATE TABLE jobs (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  runs INTEGER NOT NULL DEFAULT 0,
  language TEXT NOT NULL,
  priority INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  idempotency_key BLOB,
  idempotency_fingerprint BLOB,
  submission BLOB NOT NULL,
  outcome BLOB
);
CREATE INDEX jobs_by_state ON jobs (status, language, id);
CREATE INDEX jobs_by_end ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_by_idempotency_key ON jobs (idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE sources (
  number INTEGER PRIMARY KEY,
  code BLOB NOT NULL,
  stdin BLOB NOT NULL,
  files BLOB NOT NULL
);
CREATE TABLE outputs (
  number INTEGER PRIMARY KEY,
  stdout BLOB NOT NULL,
  stderr BLOB NOT NULL,
  compile_output BLOB NOT NULL
);

CREATE TABLE counts (status TEXT PRIMARY KEY, jobs INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counts VALUES ('pending', 0), ('running', 0), ('completed', 0), ('failed', 0);

CREATE TABLE trial_write (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
)";

// Callbacks name their job by its id, not by `number`, which is used again: an entry may outlive its job.
constexpr const char* version_2 = R"(
CREATE TABLE callbacks (
  id TEXT PRIMARY KEY,
  url BLOB NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX callbacks_by_due ON callbacks (due_at);
)";

// Entry n makes version n+1 from version n. Never change one that was released: add one.
constexpr std::array migrations{version_1, version_2};
constexpr auto version_newest = static_cast<std::int64_t>(migrations.size());

Result<std::int64_t> read_integer(sqlite3* connection, const char* sql) {
  Statement statement(connection, sql);
  Rows rows = statement.start();
  if (rows.next()) return rows.integer(0);
  auto finished = rows.finish();
  if (!finished) return finished.error();
  return Error{Errc::unavailable, std::string("SQLite: no answer to ") + sql, {}};
}

Result<void> migrate(sqlite3* connection, std::int64_t from) {
  for (std::int64_t version = from; version < version_newest; ++version) {
    const std::string sql = "BEGIN IMMEDIATE;" + std::string(migrations[static_cast<std::size_t>(version)]) +
                            "PRAGMA application_id = " + std::to_string(application_id) +
                            ";PRAGMA user_version = " + std::to_string(version + 1) + ";COMMIT;";
    auto done = execute(connection, sql.c_str());
    if (!done) {
      (void)execute(connection, "ROLLBACK");
      return done;
    }
  }
  return ok();
}

Result<void> use_write_ahead_log(sqlite3* connection) {
  Statement statement(connection, "PRAGMA journal_mode = WAL");
  Rows rows = statement.start();
  if (!rows.next()) return rows.finish();
  if (rows.bytes(0) != "wal")
    return Error{Errc::unavailable, "SQLite: this file system cannot hold a write-ahead log", {}};
  return rows.finish();
}

}  // namespace

Result<void> bring_up_to_date(sqlite3* connection) {
  auto version = read_integer(connection, "PRAGMA user_version");
  if (!version) return version.error();
  auto owner = read_integer(connection, "PRAGMA application_id");
  if (!owner) return owner.error();
  auto tables = read_integer(connection, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();

  if (*version < 0) return Error{Errc::unavailable, "the file's header is damaged", {}};
  if (*tables > 0 && *owner != application_id)
    return Error{Errc::unavailable, "the file is another program's database", {}};
  if (*version > version_newest) {
    return Error{Errc::unavailable,
                 "the file was made by a newer version of code-exec (schema " + std::to_string(*version) +
                     ", this one knows " + std::to_string(version_newest) + ")",
                 {}};
  }
  if (auto set = use_write_ahead_log(connection); !set) return set;
  return migrate(connection, *version);
}

}  // namespace code_exec::store
