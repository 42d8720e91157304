// store/store_for_test.h - the backends that the contract suite runs against, and jobs to try them with. A
// new backend adds one entry to store_backends().
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/temporary_directory_for_test.h"
#include "mongo/server_for_test.h"
#include "store/mongo_store.h"
#include "store/sqlite_store.h"
#include "store/store.h"

namespace code_exec::store {

// Somewhere empty for jobs to be, which outlasts the stores that are opened on it, one after the other.
class StorePlace {
 public:
  virtual ~StorePlace() = default;
  virtual Result<std::unique_ptr<JobStore>> open(net::any_io_executor executor) = 0;
};

struct StoreBackend {
  std::string name;
  // An error skips the suite for this backend: its detail says what it needs.
  std::function<Result<std::unique_ptr<StorePlace>>()> make_place;
};
inline void PrintTo(const StoreBackend& backend, std::ostream* out) {
  *out << backend.name;
}

class SqlitePlace final : public StorePlace {
 public:
  Result<std::unique_ptr<JobStore>> open(net::any_io_executor executor) override {
    SqliteOptions options{.file = directory_.path() / "jobs.db", .executor = std::move(executor)};
    return open_sqlite_store(std::move(options));
  }

 private:
  TemporaryDirectory directory_;
};

class MongoPlace final : public StorePlace {
 public:
  explicit MongoPlace(const std::string& address) : uri_("mongodb://" + address + "/" + next_database()) {}
  Result<std::unique_ptr<JobStore>> open(net::any_io_executor executor) override {
    return open_mongo_store({.uri = uri_, .executor = std::move(executor), .expire_after = std::nullopt});
  }

 private:
  static std::string next_database() {
    static int made = 0;
    return "contract-" + std::to_string(++made);
  }

  std::string uri_;
};

inline Result<std::unique_ptr<StorePlace>> make_mongo_place() {
  auto address = mongo::server_for_test();
  if (!address) return address.error();
  return std::unique_ptr<StorePlace>(std::make_unique<MongoPlace>(*address));
}

inline std::vector<StoreBackend> store_backends() {
  return {
      {"Mongo", make_mongo_place},
      {"Sqlite", [] { return Result<std::unique_ptr<StorePlace>>(std::make_unique<SqlitePlace>()); }},
  };
}

// Pending jobs, each with a new id, created one millisecond after the other.
inline job::Job make_job(std::string language = "python") {
  static TimePoint now = from_ms(1'700'000'000'000);
  now += std::chrono::milliseconds(1);
  job::Job made{.id = job::JobId::make(now)};
  made.submission.language = std::move(language);
  made.submission.code = "print(1)";
  made.created_at = now;
  return made;
}

inline std::vector<NewJob> one(job::Job job) {
  std::vector<NewJob> jobs;
  jobs.push_back({.job = std::move(job), .idempotency = std::nullopt});
  return jobs;
}

inline std::vector<NewJob> one(job::Job job, std::string key, std::string fingerprint) {
  std::vector<NewJob> jobs = one(std::move(job));
  jobs.front().idempotency = Idempotency{.key = std::move(key), .fingerprint = std::move(fingerprint)};
  return jobs;
}

inline job::Outcome completed(std::string stdout_bytes = "1\n") {
  job::Outcome outcome;
  outcome.status = job::Status::completed;
  outcome.reason = job::Reason::none;
  outcome.exit_code = 0;
  outcome.stdout_bytes = std::move(stdout_bytes);
  return outcome;
}

}  // namespace code_exec::store
