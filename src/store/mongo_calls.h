// store/mongo_calls.h - what a store asks of MongoDB one call at a time. Blocks; belongs to one thread.
#pragma once

#include "mongo/client.h"
#include "store/store.h"

namespace code_exec::store {

struct JobState {
  job::Status status;
  int runs;
};
Result<JobState> state_of(mongo::Client& client, const job::JobId& id);  // Errc::not_found
// The update that tells a job of its result; the same for the result that it has already, and for one known.
// `output`: null where the result alone has it, because it is large.
mongo::Document mark_of(job::Status status, TimePoint finished_at, const mongo::Document& outcome,
                        const mongo::Document* output);
Result<void> mark_as_its_result(mongo::Client& client, const job::JobId& id);
Result<void> mark(mongo::Client& client, const job::Job& final);
Error no_such_job(const job::JobId& id);
Error final_already(const job::JobId& id);

class MongoCalls {
 public:
  explicit MongoCalls(mongo::Client& client) : client_(client) {}

  // Creates what is missing. With `retention_age` the server itself removes finished jobs of that age, where
  // it can (MongoDB can, FerretDB 1.24 cannot).
  Result<void> create_indexes(std::optional<std::chrono::milliseconds> retention_age);

  Result<job::Job> find(const job::JobId& id);
  Result<JobPage> list(const JobFilter& filter);
  Result<void> release(const job::JobId& id);
  Result<std::vector<Unfinished>> unfinished(const std::optional<job::JobId>& after, std::size_t limit);
  Result<std::map<job::Status, std::uint64_t>> counts();
  Result<std::size_t> sweep(const Retention& retention, TimePoint now, std::size_t limit);
  Result<DueCallbacks> claim_callbacks(TimePoint now, std::chrono::milliseconds lease, std::size_t limit);
  Result<void> put_off_callback(const DueCallback& callback, TimePoint until);
  Result<void> remove_callback(const job::JobId& id);
  Result<void> ping();
  Result<void> try_write();

 private:
  Result<void> create_expiry(const char* collection, std::optional<std::chrono::milliseconds> age);
  Result<void> add_result(job::Job& job);
  Result<bool> take_callback(const std::string& taken, const DueCallback& callback, TimePoint now);

  mongo::Client& client_;
};

}  // namespace code_exec::store
