// store/mongo_store.h - the store for many machines: MongoDB, or what speaks its protocol. Works on one
// server and on a replica set alike, without transactions.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>

#include "store/store.h"

namespace code_exec::store {

struct MongoOptions {
  std::string uri;                // mongodb:// or mongodb+srv://; its database, or else "code-exec"
  net::any_io_executor executor;  // where callers' coroutines continue
  // The server removes finished jobs of this age by itself, where it can; JobStore::sweep() does everywhere.
  std::optional<std::chrono::milliseconds> expire_after;
  std::size_t calls_waiting_max = 16'384;  // of either kind; then Errc::unavailable
  std::size_t group_max = 512;             // writes that go to the server together
};

// Errc::invalid: the URI; nothing else can fail, for the server may be away and come later. Until then calls
// answer Errc::unavailable. So they do where a write's answer was lost: it may have been carried out.
Result<std::unique_ptr<JobStore>> open_mongo_store(MongoOptions options);

}  // namespace code_exec::store
