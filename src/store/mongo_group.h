// store/mongo_group.h - inserts, starts and results that go to the server together, in one bulk operation of
// each kind for all that arrived at the same time. Blocks; lives for one round.
//
//   add_*(...) for each, execute(), then what became of each
//
// There are no transactions in it, so that it works on every deployment, one server alone included. What
// makes a result the only one is that it is a document of its own whose _id is the job's. A batch of jobs,
// which is all or nothing, is taken back where a part of it is refused. Documents are asked for by their _id
// and nothing else: FerretDB 1.24 reads the whole collection where there is another condition.
//
// A callback is entered before its job, and due after the job's result stands. What is lost in between, in a
// crash, is found when the callback is looked at (callback_look): a job that never came to be, or is final.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "mongo/client.h"
#include "store/store.h"

namespace code_exec::store {

class MongoGroup {
 public:
  explicit MongoGroup(mongo::Client& client)
      : client_(client),
        callbacks_(client, "callbacks"),
        jobs_(client, "jobs"),
        results_(client, "results") {}

  struct AddedJob {
    std::size_t operation = 0;
    int pieces = 0;
    std::optional<Error> error;  // it was not added to the operation
  };
  struct AddedStart {
    std::size_t operation = 0;
    int runs = 0;
    std::optional<Error> error;
  };
  struct AddedResult {
    std::size_t operation = 0;
    std::string finish_id;
    int pieces = 0;
    std::optional<Error> error;
  };
  std::vector<AddedJob> add_jobs(const std::vector<NewJob>& jobs);
  AddedStart add_start(const job::JobId& id, TimePoint at);
  AddedResult add_result(const job::JobId& id, const job::Outcome& outcome, TimePoint at, Callback callback);

  void execute();

  Result<std::vector<Inserted>> inserted(const std::vector<NewJob>& jobs, const std::vector<AddedJob>& added);
  // Which run it is. Of two that begin at the same moment each may take itself for the first.
  Result<int> started(const AddedStart& added);
  Result<void> finished(const job::JobId& id, const AddedResult& added);

 private:
  // One bulk operation, and what became of it.
  struct Bulk {
    Bulk(mongo::Client& client, const char* collection) : operation(client, collection) {}
    void execute();
    std::optional<Error> error_of(std::size_t index) const;
    bool is_duplicate(std::size_t index) const;

    mongo::Client::Bulk operation;
    std::optional<Error> failure;  // of all of it
    std::map<std::size_t, mongo::WriteError> errors;
    std::int64_t matched = 0;
  };
  // What a result changes in its job.
  struct Mark {
    std::size_t result;  // its operation
    job::JobId job;
    mongo::Document change;
    std::optional<mongo::Document> callback_change;
  };

  void insert_jobs();
  void mark_jobs();
  Result<Inserted> outcome_of(const NewJob& job, const AddedJob& added);
  Result<Inserted> refused(const NewJob& job);

  mongo::Client& client_;
  Bulk callbacks_;
  Bulk jobs_;
  Bulk results_;
  std::vector<Mark> marks_;
  std::optional<Error> marks_failure_;
  bool all_marked_ = true;
};

}  // namespace code_exec::store
