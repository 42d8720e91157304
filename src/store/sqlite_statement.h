// store/sqlite_statement.h - connections and prepared statements of SQLite, as values with owners.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace code_exec::store {

struct CloseConnection {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

// Creates the file, readable by its owner only, when it is not there. A relative name is relative to the
// working directory of the moment, also for the files that SQLite puts beside it.
Result<Connection> open_connection(const std::filesystem::path& file);

// What the last call on `connection` failed with, in our words: Errc::unavailable where the disk, the file or
// a lock is the cause, Errc::conflict for a constraint, Errc::too_large for a value over SQLite's own bound.
Error sqlite_error(sqlite3* connection, int code);

// One or more statements without parameters or results.
Result<void> execute(sqlite3* connection, const char* sql);

// Bytes that are bound as a BLOB; a string_view is bound as TEXT.
struct Blob {
  std::string_view bytes;
};

// One execution of a statement. Rewinds it at its end, so that it can be used again; one at a time.
class Rows {
 public:
  Rows(sqlite3* connection, sqlite3_stmt* statement, int code)
      : connection_(connection), statement_(statement), code_(code) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();

  // Moves to the next row. False: there is none, or it failed; finish() tells which.
  bool next();
  // Runs to the end, when next() has not done so.
  Result<void> finish();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  // TEXT or BLOB. Valid until next() or the end of this object.
  std::string_view bytes(int column) const;
  std::string text(int column) const { return std::string(bytes(column)); }

 private:
  sqlite3* connection_;
  sqlite3_stmt* statement_;
  int code_;
};

// A statement that is compiled at its first use and kept.
class Statement {
 public:
  // `connection` must outlive the statement; `sql` is a literal.
  Statement(sqlite3* connection, const char* sql) : connection_(connection), sql_(sql) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  // Binds ?1, ?2, ... in order: integers, text, Blob, std::optional of these, std::nullopt. Text and blobs
  // must outlive the Rows.
  template <class... Values>
  Rows start(const Values&... values) {
    int code = prepare();
    int index = 0;
    ((code = code == SQLITE_OK ? bind(++index, values) : code), ...);
    return Rows(connection_, statement_, code);
  }
  template <class... Values>
  Result<void> run(const Values&... values) {
    return start(values...).finish();
  }

 private:
  int prepare();
  int bind(int index, std::int64_t value) { return sqlite3_bind_int64(statement_, index, value); }
  int bind(int index, std::string_view text);
  int bind(int index, Blob blob);
  int bind(int index, std::nullopt_t) { return sqlite3_bind_null(statement_, index); }
  template <class T>
  int bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind(index, std::nullopt);
  }

  sqlite3* connection_;
  const char* sql_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace code_exec::store
