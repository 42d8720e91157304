#include "store/sqlite_statement.h"

#include <fcntl.h>

#include <cerrno>
#include <system_error>

#include "base/fd.h"
#include "store/sqlite_vfs.h"

namespace code_exec::store {
namespace {

// Another program with the file open (a backup, a shell) holds its locks for moments; ours wait for it.
constexpr int busy_wait_ms = 2000;

// What every connection needs, before the schema is known to be there.
// temp_store: there may be no directory for temporary files that we may write to.
// secure_delete: Debian's SQLite overwrites what is deleted; FAST does so only where that costs no extra I/O.
constexpr const char* connection_pragmas =
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA secure_delete = FAST;"
    "PRAGMA trusted_schema = OFF;";

// Programs and their outputs are nobody else's business. SQLite would create with 0644, and gives the files
// beside it the same mode. An existing file is not opened here: closing it would drop the locks that
// another connection of this process has on it (POSIX advisory locks).
Result<void> create_private(const std::string& name) {
  Fd created(::open(name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!created && errno != EEXIST) return system_error(Errc::unavailable, "create", name, errno);
  return ok();
}

Errc errc_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return Errc::conflict;
    case SQLITE_TOOBIG:
      return Errc::too_large;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
      return Errc::internal;
    default:
      return Errc::unavailable;
  }
}

const char* cause_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "the disk is full: ";
    case SQLITE_CORRUPT:
      return "the file is damaged: ";
    case SQLITE_NOTADB:
      return "the file is not a SQLite database: ";
    case SQLITE_BUSY:
      return "another process holds the file: ";
    default:
      return "";
  }
}

}  // namespace

Error sqlite_error(sqlite3* connection, int code) {
  std::string detail = std::string("SQLite: ") + cause_of(code) + sqlite3_errstr(code);
  // The connection's own text may name a table or a column, but belongs to its latest failure only.
  if (connection == nullptr || sqlite3_extended_errcode(connection) != code)
    return {errc_of(code), detail, {}};
  const std::string_view text = sqlite3_errmsg(connection);
  if (!detail.ends_with(text)) detail += " (" + std::string(text) + ")";
  const int cause = sqlite3_system_errno(connection);
  if (cause != 0 && ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN))
    detail += ": " + std::generic_category().message(cause);
  return Error{errc_of(code), std::move(detail), {}};
}

Result<Connection> open_connection(const std::filesystem::path& file) {
  auto vfs = sqlite_vfs_name();
  if (!vfs) return vfs.error();
  // "./" so that no name is taken for a URI or for ":memory:".
  const std::string name = file.is_absolute() ? file.string() : "./" + file.string();
  if (auto created = create_private(name); !created) return created.error();

  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(name.c_str(), &opened, flags, *vfs);
  Connection connection(opened);
  if (code != SQLITE_OK) return sqlite_error(opened, code);
  sqlite3_busy_timeout(opened, busy_wait_ms);
  if (auto set = execute(opened, connection_pragmas); !set) return set.error();
  return connection;
}

Result<void> execute(sqlite3* connection, const char* sql) {
  const int code = sqlite3_exec(connection, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(connection, code);
  return ok();
}

Rows::~Rows() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);  // they point to what the caller may now free
}

bool Rows::next() {
  if (code_ != SQLITE_OK && code_ != SQLITE_ROW) return false;
  code_ = sqlite3_step(statement_);
  return code_ == SQLITE_ROW;
}

Result<void> Rows::finish() {
  while (next()) continue;
  if (code_ != SQLITE_DONE) return sqlite_error(connection_, code_);
  return ok();
}

bool Rows::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<std::int64_t> Rows::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::string_view Rows::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

int Statement::prepare() {
  if (statement_ != nullptr) return SQLITE_OK;
  return sqlite3_prepare_v3(connection_, sql_, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
}

// A null pointer would bind NULL, hence the literal for an empty view.
int Statement::bind(int index, std::string_view text) {
  const char* data = text.empty() ? "" : text.data();
  return sqlite3_bind_text64(statement_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

int Statement::bind(int index, Blob blob) {
  const char* data = blob.bytes.empty() ? "" : blob.bytes.data();
  return sqlite3_bind_blob64(statement_, index, data, blob.bytes.size(), SQLITE_STATIC);
}

}  // namespace code_exec::store
