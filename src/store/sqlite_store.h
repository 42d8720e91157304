// store/sqlite_store.h - the embedded store: one SQLite file in WAL mode with synchronous=FULL, one writer
// thread that commits what arrives together in one transaction, one reader thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <memory>

#include "store/store.h"

namespace code_exec::store {

struct SqliteOptions {
  // Relative names are relative to the working directory at every use: the process may have given up the
  // right to walk down to it from the root.
  std::filesystem::path file;
  net::any_io_executor executor;           // where callers' coroutines continue
  std::size_t writes_waiting_max = 65536;  // then Errc::unavailable
  std::size_t reads_waiting_max = 65536;   // then Errc::unavailable
  std::size_t commit_batch_max = 1024;     // writes of one transaction
};

// Opens or creates the file and brings its schema up to date. Errc::unavailable: cannot be opened or written,
// damaged, or made by a newer version; detail says which. Opening reads the header, the schema and a few
// rows, not the whole file, so it takes no longer for a large one; damage that lies deeper shows as
// Errc::unavailable in the calls that meet it.
// After the disk was full, writes succeed again once there is room for the log (16 MiB) to move into the
// database.
Result<std::unique_ptr<JobStore>> open_sqlite_store(SqliteOptions options);

}  // namespace code_exec::store
