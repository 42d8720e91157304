// store/mongo_group.h - inserts, starts and results that go to the server together, in one bulk operation for
// all that arrived at the same time. Blocks; lives for one round.
//
//   add_*(...) for each, execute(), then what became of each
//
// There are no transactions in it, so that it works on every deployment, one server alone included. What is
// to be all or nothing, a batch of jobs, is taken back where a part of it is refused.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "mongo/client.h"
#include "store/store.h"

namespace code_exec::store {

class MongoGroup {
 public:
  explicit MongoGroup(mongo::Client& client) : client_(client), bulk_(client, "jobs") {}

  struct AddedJob {
    std::size_t operation = 0;
    int pieces = 0;
    std::optional<Error> error;  // it was not added to the operation
  };
  struct AddedStart {
    std::size_t operation = 0;
    std::string start_id;
  };
  struct AddedResult {
    std::size_t operation = 0;
    std::string finish_id;
    int pieces = 0;
    std::optional<Error> error;
  };
  std::vector<AddedJob> add_jobs(const std::vector<NewJob>& jobs);
  AddedStart add_start(const job::JobId& id, TimePoint at);
  AddedResult add_result(const job::JobId& id, const job::Outcome& outcome, TimePoint at);

  void execute();

  Result<std::vector<Inserted>> inserted(const std::vector<NewJob>& jobs, const std::vector<AddedJob>& added);
  // Which run it is. Where another one began at the same moment, and a third, it may be one too many.
  Result<int> started(const job::JobId& id, const AddedStart& added);
  Result<void> finished(const job::JobId& id, const AddedResult& added);

 private:
  Result<Inserted> outcome_of(const NewJob& job, const AddedJob& added);
  Result<Inserted> refused(const NewJob& job);
  std::size_t update(const job::JobId& id, const mongo::Document& change);
  std::optional<Error> error_of(std::size_t operation) const;

  mongo::Client& client_;
  mongo::Client::Bulk bulk_;
  std::size_t updates_ = 0;
  std::optional<Error> failure_;  // of all of them
  std::map<std::size_t, mongo::WriteError> errors_;
  bool all_matched_ = false;
};

}  // namespace code_exec::store
