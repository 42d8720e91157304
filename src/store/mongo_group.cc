#include "store/mongo_group.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/mongo_calls.h"
#include "store/mongo_codec.h"
#include "store/mongo_contents.h"

namespace code_exec::store {
namespace {

using mongo::Document;
using mongo::View;

Error taken(const job::JobId& id) {
  return Error{Errc::conflict, "the job id " + id.text() + " is taken", {}};
}

}  // namespace

std::vector<MongoGroup::AddedJob> MongoGroup::add_jobs(const std::vector<NewJob>& jobs) {
  std::vector<AddedJob> all;
  for (const NewJob& job : jobs) {
    AddedJob& added = all.emplace_back();
    Document document = encode_job(job.job);
    const Document input = encode_input(job.job.submission);
    if (input.bytes().size() <= within_document_max) {
      document.document("input", input);
    } else {
      auto pieces =
          put_contents(client_, input_owner(job.job.id), job.job.id, job.job.created_at, input.bytes());
      if (!pieces) {
        added.error = pieces.error();
        continue;
      }
      added.pieces = *pieces;
      document.integer("inputPieces", *pieces);
    }
    if (job.idempotency)
      document.text("requestKey", job.idempotency->key).text("fingerprint", job.idempotency->fingerprint);
    added.operation = bulk_.size();
    bulk_.insert(document);
  }
  return all;
}

std::size_t MongoGroup::update(const job::JobId& id, const Document& change) {
  const std::size_t operation = bulk_.size();
  bulk_.update_one(not_final(id), change);
  ++updates_;
  return operation;
}

MongoGroup::AddedStart MongoGroup::add_start(const job::JobId& id, TimePoint at) {
  AddedStart added;
  added.start_id = job::JobId::make(at).text();
  Document set;
  set.text("status", to_string(job::Status::running)).date("startedAt", at).text("startId", added.start_id);
  Document one_more;
  one_more.integer("runs", 1);
  Document change;
  change.document("$set", set).document("$inc", one_more);
  added.operation = update(id, change);
  return added;
}

MongoGroup::AddedResult MongoGroup::add_result(const job::JobId& id, const job::Outcome& outcome,
                                               TimePoint at) {
  AddedResult added;
  added.finish_id = job::JobId::make(at).text();
  Document set;
  set.text("status", to_string(outcome.status))
      .date("finishedAt", at)
      .text("finishId", added.finish_id)
      .document("outcome", encode_outcome_document(outcome));
  const Document output = encode_output(outcome);
  if (output.bytes().size() <= within_document_max) {
    set.document("output", output);
  } else {
    auto pieces = put_contents(client_, output_owner(id, added.finish_id), id, at, output.bytes());
    if (!pieces) {
      added.error = pieces.error();
      return added;
    }
    added.pieces = *pieces;
    set.integer("outputPieces", *pieces);
  }
  Document change;
  change.document("$set", set);
  added.operation = update(id, change);
  return added;
}

void MongoGroup::execute() {
  auto result = bulk_.execute();
  if (!result) {
    failure_ = result.error();
    return;
  }
  for (mongo::WriteError& error : result->errors) errors_.emplace(error.index, std::move(error));
  all_matched_ = result->matched == static_cast<std::int64_t>(updates_);
}

Result<std::vector<Inserted>> MongoGroup::inserted(const std::vector<NewJob>& jobs,
                                                   const std::vector<AddedJob>& added) {
  if (failure_) return *failure_;
  std::vector<Inserted> all;
  std::optional<Error> error;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    auto one = outcome_of(jobs[i], added[i]);
    if (!one && !error) error = one.error();
    all.push_back(one ? *std::move(one) : Inserted{jobs[i].job.id, false});
  }
  // What did not become a job of its own leaves nothing, nor does a batch of which a part was refused.
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (all[i].created && !error) continue;
    if (all[i].created) {
      auto taken_back = client_.remove("jobs", id_filter(jobs[i].job.id));
      if (!taken_back) log::warn("job not taken back job={}", jobs[i].job.id.text());
    }
    drop_contents(client_, input_owner(jobs[i].job.id), added[i].pieces);
  }
  if (error) return *error;
  return all;
}

Result<Inserted> MongoGroup::outcome_of(const NewJob& job, const AddedJob& added) {
  if (added.error) return *added.error;
  const auto error = errors_.find(added.operation);
  if (error != errors_.end() && error->second.is_duplicate()) return refused(job);
  if (const auto other = error_of(added.operation)) return *other;
  return Inserted{job.job.id, true};
}

std::optional<Error> MongoGroup::error_of(std::size_t operation) const {
  if (failure_) return failure_;
  const auto error = errors_.find(operation);
  if (error == errors_.end()) return std::nullopt;
  return Error{Errc::unavailable, "mongodb: " + error->second.message, {}};
}

// There is one with its key, or with its id.
Result<Inserted> MongoGroup::refused(const NewJob& job) {
  if (!job.idempotency) return taken(job.job.id);
  Document filter;
  filter.text("requestKey", job.idempotency->key);
  auto earlier = client_.find_one("jobs", filter, only_field("fingerprint"));
  if (!earlier) return earlier.error();
  if (!*earlier) {
    auto same_id = client_.find_one("jobs", id_filter(job.job.id), only_field("status"));
    if (same_id && *same_id) return taken(job.job.id);
    return Error{Errc::unavailable, "the job with this idempotency key was just taken back, try again", {}};
  }
  const View view((*earlier)->get());
  if (view.text("fingerprint") != job.idempotency->fingerprint)
    return Error{Errc::conflict, "the idempotency key was used with another request", "Idempotency-Key"};
  auto id = job::JobId::parse(view.text("_id").value_or(""));
  if (!id) return Error{Errc::unavailable, "a stored job id is damaged", {}};
  return Inserted{*std::move(id), false};
}

// The update does not give the number back, and whoever started the job after us has set another id.
Result<int> MongoGroup::started(const job::JobId& id, const AddedStart& added) {
  if (const auto error = error_of(added.operation)) return *error;
  Document fields;
  fields.integer("status", 1).integer("runs", 1).integer("startId", 1);
  Document options;
  options.document("projection", fields);
  auto found = client_.find_one("jobs", id_filter(id), options);
  if (!found) return found.error();
  if (!*found) return no_such_job(id);
  const View view((*found)->get());
  const int runs = static_cast<int>(view.integer("runs").value_or(0));
  if (view.text("startId") == added.start_id) return runs;
  const auto status = job::parse_status(view.text("status").value_or(""));
  if (!all_matched_ && status && job::is_final(*status)) return final_already(id);
  return runs - 1;
}

// The server tells how many it changed, not which: where that was not all, each one asks.
Result<void> MongoGroup::finished(const job::JobId& id, const AddedResult& added) {
  if (added.error) return *added.error;
  if (const auto error = error_of(added.operation)) return *error;
  if (all_matched_) return ok();
  auto found = client_.find_one("jobs", id_filter(id), only_field("finishId"));
  if (!found) return found.error();
  const auto winner = *found ? View((*found)->get()).text("finishId") : std::nullopt;
  if (winner == added.finish_id) return ok();
  drop_contents(client_, output_owner(id, added.finish_id), added.pieces);
  if (!*found) return no_such_job(id);
  return final_already(id);
}

}  // namespace code_exec::store
