#include "store/mongo_group.h"

#include "base/log.h"
#include "store/mongo_calls.h"
#include "store/mongo_codec.h"
#include "store/mongo_contents.h"
#include "store/mongo_queries.h"

namespace code_exec::store {
namespace {

using mongo::Document;
using mongo::View;

// Output up to this is in the job's document too: whoever waits for a result reads one document then, not
// two.
constexpr std::size_t beside_job_max = 16 << 10;

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
    added.operation = jobs_.operation.size();
    jobs_.operation.insert(document);
    if (job.job.submission.callback_url.empty()) continue;
    const DueCallback look{.id = job.job.id,
                           .url = job.job.submission.callback_url,
                           .leased_until = job.job.created_at + callback_look};
    callbacks_.operation.insert(encode_callback(look.id.text(), look));
  }
  return all;
}

// The job is looked at first, for a condition beside its id would be dear (see the header). Should it end
// just then, it has its result all the same, and whoever reads it sees that.
MongoGroup::AddedStart MongoGroup::add_start(const job::JobId& id, TimePoint at) {
  AddedStart added;
  auto state = state_of(client_, id);
  if (!state) {
    added.error = state.error();
    return added;
  }
  if (job::is_final(state->status)) {
    added.error = final_already(id);
    return added;
  }
  added.runs = state->runs + 1;
  Document set;
  set.text("status", to_string(job::Status::running)).date("startedAt", at);
  Document one_more;
  one_more.integer("runs", 1);
  Document change;
  change.document("$set", set).document("$inc", one_more);
  added.operation = jobs_.operation.size();
  jobs_.operation.update_one(by_id(id), change);
  return added;
}

MongoGroup::AddedResult MongoGroup::add_result(const job::JobId& id, const job::Outcome& outcome,
                                               TimePoint at, Callback callback) {
  AddedResult added;
  added.finish_id = job::JobId::make(at).text();
  const Document encoded = encode_outcome_document(outcome);
  Document result = by_id(id);
  result.text("status", to_string(outcome.status))
      .date("finishedAt", at)
      .text("finishId", added.finish_id)
      .document("outcome", encoded);
  const Document output = encode_output(outcome);
  if (output.bytes().size() <= within_document_max) {
    result.document("output", output);
  } else {
    auto pieces = put_contents(client_, output_owner(id, added.finish_id), id, at, output.bytes());
    if (!pieces) {
      added.error = pieces.error();
      return added;
    }
    added.pieces = *pieces;
    result.integer("outputPieces", *pieces);
  }
  added.operation = results_.operation.size();
  results_.operation.insert(result);
  marks_.push_back(
      {added.operation, id,
       mark_of(outcome.status, at, encoded, output.bytes().size() <= beside_job_max ? &output : nullptr),
       callback == Callback::wanted ? std::optional(callback_due(at)) : std::nullopt});
  return added;
}

void MongoGroup::Bulk::execute() {
  auto result = operation.execute();
  if (!result) {
    failure = result.error();
    return;
  }
  matched = result->matched;
  for (mongo::WriteError& error : result->errors) errors.emplace(error.index, std::move(error));
}

std::optional<Error> MongoGroup::Bulk::error_of(std::size_t index) const {
  if (failure) return failure;
  const auto error = errors.find(index);
  if (error == errors.end()) return std::nullopt;
  return Error{Errc::unavailable, "mongodb: " + error->second.message, {}};
}

bool MongoGroup::Bulk::is_duplicate(std::size_t index) const {
  const auto error = errors.find(index);
  return error != errors.end() && error->second.is_duplicate();
}

void MongoGroup::execute() {
  insert_jobs();
  results_.execute();
  mark_jobs();
}

// No job is accepted without its callback. A callback that is there already is that of a job which is, too.
void MongoGroup::insert_jobs() {
  callbacks_.execute();
  jobs_.failure = callbacks_.failure;
  for (const auto& [index, error] : callbacks_.errors) {
    if (!error.is_duplicate()) jobs_.failure = callbacks_.error_of(index);
  }
  if (!jobs_.failure) jobs_.execute();
}

// The results stand now; their jobs are told, and their callbacks are due: those that fail here are looked at
// later.
void MongoGroup::mark_jobs() {
  Bulk bulk(client_, "jobs");
  Bulk callbacks(client_, "callbacks");
  for (const Mark& mark : marks_) {
    if (results_.error_of(mark.result)) continue;
    bulk.operation.update_one(by_id(mark.job), mark.change);
    if (mark.callback_change) callbacks.operation.update_one(callback_of(mark.job), *mark.callback_change);
  }
  callbacks.execute();
  bulk.execute();
  marks_failure_ = bulk.failure;
  if (!bulk.errors.empty()) marks_failure_ = bulk.error_of(bulk.errors.begin()->first);
  all_marked_ = bulk.matched == static_cast<std::int64_t>(bulk.operation.size());
}

Result<std::vector<Inserted>> MongoGroup::inserted(const std::vector<NewJob>& jobs,
                                                   const std::vector<AddedJob>& added) {
  if (jobs_.failure) return *jobs_.failure;
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
      auto taken_back = client_.remove("jobs", by_id(jobs[i].job.id));
      if (!taken_back) log::warn("job not taken back job={}", jobs[i].job.id.text());
    }
    drop_contents(client_, input_owner(jobs[i].job.id), added[i].pieces);
  }
  if (error) return *error;
  return all;
}

Result<Inserted> MongoGroup::outcome_of(const NewJob& job, const AddedJob& added) {
  if (added.error) return *added.error;
  if (jobs_.is_duplicate(added.operation)) return refused(job);
  if (const auto error = jobs_.error_of(added.operation)) return *error;
  return Inserted{job.job.id, true};
}

// There is one with its key, or with its id.
Result<Inserted> MongoGroup::refused(const NewJob& job) {
  if (!job.idempotency) return taken(job.job.id);
  Document filter;
  filter.text("requestKey", job.idempotency->key);
  auto earlier = client_.find_one("jobs", filter, only({"fingerprint"}));
  if (!earlier) return earlier.error();
  if (!*earlier) {
    auto same_id = client_.find_one("jobs", by_id(job.job.id), only({"status"}));
    if (same_id && *same_id) return taken(job.job.id);
    return Error{Errc::unavailable, "the job with this idempotency key was just taken back, try again", {}};
  }
  const View view((*earlier)->get());
  if (view.text("fingerprint") != job.idempotency->fingerprint)
    return Error{Errc::conflict, "the idempotency key was used with another request", "Idempotency-Key"};
  auto id = job::JobId::parse(view.text("_id").value_or(""));
  if (!id) return Error{Errc::internal, "a stored job id is damaged", {}};
  // Whoever inserted it may have been refused because the majority had not got it: ask for that once more.
  Document same;
  same.text("fingerprint", job.idempotency->fingerprint);
  Document change;
  change.document("$set", same);
  auto kept = client_.update_one("jobs", by_id(*id), change, mongo::Client::Missing::leave);
  if (!kept) return kept.error();
  return Inserted{*std::move(id), false};
}

Result<int> MongoGroup::started(const AddedStart& added) {
  if (added.error) return *added.error;
  if (const auto error = jobs_.error_of(added.operation)) return *error;
  return added.runs;
}

Result<void> MongoGroup::finished(const job::JobId& id, const AddedResult& added) {
  if (added.error) return *added.error;
  if (results_.is_duplicate(added.operation)) {
    drop_contents(client_, output_owner(id, added.finish_id), added.pieces);
    // Whose result it is may have died before it told the job.
    if (auto marked = mark_as_its_result(client_, id); !marked) return marked;
    return final_already(id);
  }
  if (const auto error = results_.error_of(added.operation)) return *error;
  if (marks_failure_) return *marks_failure_;
  if (all_marked_) return ok();
  auto state = state_of(client_, id);
  if (state || state.error().code != Errc::not_found) return state ? ok() : Result<void>(state.error());
  auto removed = client_.remove("results", by_id(id));
  if (!removed) log::warn("result of no job not removed job={}", id.text());
  drop_contents(client_, output_owner(id, added.finish_id), added.pieces);
  return state.error();
}

}  // namespace code_exec::store
