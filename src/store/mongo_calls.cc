#include "store/mongo_calls.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/mongo_codec.h"
#include "store/mongo_contents.h"
#include "store/mongo_queries.h"

namespace code_exec::store {
namespace {

using job::Status;
using mongo::Access;
using mongo::Document;
using mongo::View;

constexpr const char* jobs = "jobs";
constexpr const char* results = "results";
constexpr const char* callbacks = "callbacks";
constexpr TimePoint epoch{};
// As MongoDB answers (error_codes.yml): an index of this name exists with other options.
constexpr int index_options_conflict = 85;
constexpr int index_key_specs_conflict = 86;

Document one_of(const std::vector<std::string>& values) {
  Document condition;
  condition.texts("$in", values);
  return condition;
}

Document unfinished_status() {
  return one_of({std::string(to_string(Status::pending)), std::string(to_string(Status::running))});
}

Error damaged(std::string_view id) {
  return Error{Errc::internal, "the stored job " + std::string(id) + " is damaged", {}};
}

// One that somebody else has written, or a newer version: the others are none the worse for it.
void skip(const View& document) {
  log::warn("a stored job cannot be read id={}",
            log::quoted(std::string(document.text("_id").value_or("?"))));
}

// createIndexes of one index.
Document index_command(const char* collection, const char* name, std::initializer_list<const char*> keys,
                       const Document& options = Document()) {
  Document key;
  for (const char* field : keys) key.integer(field, 1);
  Document index(options.get());
  index.document("key", key).text("name", name);
  Document indexes;
  indexes.document("0", index);
  Document command;
  command.text("createIndexes", collection);
  bson_append_array(command.get(), "indexes", -1, indexes.get());
  return command;
}

}  // namespace

Result<JobState> state_of(mongo::Client& client, const job::JobId& id) {
  auto found = client.find_one(jobs, by_id(id), only({"status", "runs"}));
  if (!found) return found.error();
  if (!*found) return no_such_job(id);
  const View view((*found)->get());
  const auto status = job::parse_status(view.text("status").value_or(""));
  if (!status) return damaged(id.text());
  return JobState{*status, static_cast<int>(view.integer("runs").value_or(0))};
}

Document mark_of(Status status, TimePoint finished_at, const Document& outcome, const Document* output) {
  Document set;
  set.text("status", to_string(status)).date("finishedAt", finished_at).document("outcome", outcome);
  if (output) set.document("output", *output);
  Document update;
  update.document("$set", set);
  return update;
}

Result<void> mark_as_its_result(mongo::Client& client, const job::JobId& id) {
  auto found = client.find_one(results, by_id(id), without({"output"}));
  if (!found) return found.error();
  if (!*found) return no_such_job(id);
  job::Job job{.id = id};
  if (!decode_result(View((*found)->get()), job)) return damaged(id.text());
  return mark(client, job);
}

Result<void> mark(mongo::Client& client, const job::Job& final) {
  const Document change = mark_of(final.status, final.finished_at.value_or(epoch),
                                  encode_outcome_document(*final.outcome), nullptr);
  auto marked = client.update_one(jobs, by_id(final.id), change, mongo::Client::Missing::leave);
  if (!marked) return marked.error();
  return ok();
}

Error no_such_job(const job::JobId& id) {
  return Error{Errc::not_found, "there is no job " + id.text(), {}};
}

Error final_already(const job::JobId& id) {
  return Error{Errc::conflict, "the job " + id.text() + " is final already", {}};
}

Result<void> MongoCalls::create_indexes(std::optional<std::chrono::milliseconds> retention_age) {
  Document once;
  once.boolean("unique", true).boolean("sparse", true);
  const Document commands[] = {
      index_command(jobs, "status", {"status", "_id"}),
      index_command(jobs, "language", {"language", "_id"}),
      index_command(jobs, "requestKey", {"requestKey"}, once),
      index_command(callbacks, "dueAt", {"dueAt"}),
      index_command(callbacks, "job", {"job"}),
      index_command("contents", "job", {"job"}),
      index_command("contents", "createdAt", {"createdAt"}),
  };
  for (const Document& command : commands) {
    auto created = client_.run(command, Access::write);
    if (!created) return created.error();
  }
  for (const char* collection : {jobs, results}) {
    if (auto created = create_expiry(collection, retention_age); !created) return created;
  }
  return ok();
}

Result<void> MongoCalls::create_expiry(const char* collection, std::optional<std::chrono::milliseconds> age) {
  int code = 0;
  if (age) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*age).count();
    Document expiry;
    expiry.integer("expireAfterSeconds", std::min<std::int64_t>(seconds, 2'147'483'647));
    auto created =
        client_.run(index_command(collection, "finishedAt", {"finishedAt"}, expiry), Access::write, &code);
    if (created) return ok();
    if (code == 0) return created.error();
    if (code == index_options_conflict || code == index_key_specs_conflict) {
      Document index(expiry.get());
      index.text("name", "finishedAt");
      Document change;
      change.text("collMod", collection).document("index", index);
      auto changed = client_.run(change, Access::write, &code);
      if (changed) return ok();
      if (code == 0) return changed.error();
    }
    log::debug("the store's server expires nothing itself, workers sweep reason={}",
               log::quoted(created.error().detail));
  }
  auto plain = client_.run(index_command(collection, "finishedAt", {"finishedAt"}), Access::write, &code);
  const bool other_options = code == index_options_conflict || code == index_key_specs_conflict;
  if (plain || other_options) return ok();
  return plain.error();
}

Result<job::Job> MongoCalls::find(const job::JobId& id) {
  auto found = client_.find_one(jobs, by_id(id), Document());
  if (!found) return found.error();
  if (!*found) return no_such_job(id);
  const View view((*found)->get());
  auto job = decode_job(view);
  if (!job) return damaged(id.text());
  if (const auto pieces = view.integer("inputPieces")) {
    auto bytes = get_contents(client_, input_owner(id), static_cast<int>(*pieces));
    if (!bytes) return bytes.error();
    if (!decode_input(View(*bytes), job->submission)) return damaged(id.text());
  }
  // What runs, or has begun to run again, may have its result: see add_start() in mongo_group.cc.
  const bool has_run = job->status != Status::pending || view.has("finishedAt");
  if (!has_run || (job::is_final(job->status) && view.has("output"))) return *std::move(job);
  if (auto added = add_result(*job); !added) return added.error();
  return *std::move(job);
}

// A job that runs may have its result already: its worker died before it told the job, or another one began
// to run it in that moment.
Result<void> MongoCalls::add_result(job::Job& job) {
  const bool was_told = job::is_final(job.status);
  auto found = client_.find_one(results, by_id(job.id), Document());
  if (!found) return found.error();
  if (!*found) return was_told ? Result<void>(no_such_job(job.id)) : ok();  // it expires just now
  const View view((*found)->get());
  if (!decode_result(view, job)) return damaged(job.id.text());
  if (const auto pieces = view.integer("outputPieces")) {
    const std::string finish_id(view.text("finishId").value_or(""));
    auto bytes = get_contents(client_, output_owner(job.id, finish_id), static_cast<int>(*pieces));
    if (!bytes) return bytes.error();
    if (!decode_output(View(*bytes), *job.outcome)) return damaged(job.id.text());
  }
  return was_told ? ok() : mark(client_, job);
}

Result<JobPage> MongoCalls::list(const JobFilter& filter) {
  Document query;
  if (filter.status) query.text("status", to_string(*filter.status));
  if (filter.language) query.text("language", *filter.language);
  if (filter.before) {
    Document older;
    older.text("$lt", filter.before->text());
    query.document("_id", older);
  }
  Document options = without({"input", "output"});
  options.document("sort", sorted_by("_id", -1))
      .integer("limit", static_cast<std::int64_t>(filter.limit) + 1);

  JobPage page;
  auto found = client_.find(jobs, query, options, [&](View document) {
    page.more = page.jobs.size() == filter.limit;
    if (page.more) return false;
    auto job = decode_job(document);
    if (job)
      page.jobs.push_back(*std::move(job));
    else
      skip(document);
    return true;
  });
  if (!found) return found.error();
  return page;
}

Result<void> MongoCalls::release(const job::JobId& id) {
  Document filter = by_id(id);
  filter.text("status", to_string(Status::running));
  Document set;
  set.text("status", to_string(Status::pending));
  Document unset;
  unset.text("startedAt", "");
  Document one_less;
  one_less.integer("runs", -1);
  Document update;
  update.document("$set", set).document("$unset", unset).document("$inc", one_less);
  auto released = client_.update_one(jobs, filter, update, mongo::Client::Missing::leave);
  if (!released) return released.error();
  if (*released) return ok();
  auto state = state_of(client_, id);
  if (!state) return state.error();
  return Error{Errc::conflict, "the job " + id.text() + " is " + std::string(to_string(state->status)), {}};
}

Result<std::vector<Unfinished>> MongoCalls::unfinished(const std::optional<job::JobId>& after,
                                                       std::size_t limit) {
  Document filter;
  filter.document("status", unfinished_status());
  if (after) {
    Document newer;
    newer.text("$gt", after->text());
    filter.document("_id", newer);
  }
  Document options = only({"status", "runs", "priority"});
  options.document("sort", sorted_by("_id", 1)).integer("limit", static_cast<std::int64_t>(limit));
  std::vector<Unfinished> all;
  auto found = client_.find(jobs, filter, options, [&](View document) {
    auto id = job::JobId::parse(document.text("_id").value_or(""));
    const auto status = job::parse_status(document.text("status").value_or(""));
    if (!id || !status) {
      skip(document);
      return true;
    }
    all.push_back({.id = *std::move(id),
                   .status = *status,
                   .runs = static_cast<int>(document.integer("runs").value_or(0)),
                   .priority = static_cast<std::uint32_t>(document.integer("priority").value_or(0))});
    return true;
  });
  if (!found) return found.error();
  return all;
}

Result<std::map<Status, std::uint64_t>> MongoCalls::counts() {
  std::map<Status, std::uint64_t> counts;
  for (const Status status : {Status::pending, Status::running, Status::completed, Status::failed}) {
    Document filter;
    filter.text("status", to_string(status));
    auto counted = client_.count(jobs, filter);
    if (!counted) return counted.error();
    counts[status] = *counted;
  }
  return counts;
}

Result<std::size_t> MongoCalls::sweep(const Retention& retention, TimePoint now, std::size_t limit) {
  Document since;
  since.date("$gt", epoch);
  Document finished;
  finished.document("finishedAt", since);
  auto kept = client_.count(jobs, finished);
  if (!kept) return kept.error();
  auto excess = static_cast<std::int64_t>(*kept) - static_cast<std::int64_t>(retention.count_max);
  const TimePoint keep_from = now - retention.age_max;

  Document options = only({"finishedAt"});
  options.document("sort", sorted_by("finishedAt", 1)).integer("limit", static_cast<std::int64_t>(limit));
  std::vector<std::string> ids;
  auto found = client_.find(jobs, finished, options, [&](View document) {
    const bool covered = excess <= 0 && document.date("finishedAt").value_or(now) >= keep_from;
    if (covered) return false;  // and what follows ended later
    --excess;
    ids.emplace_back(document.text("_id").value_or(""));
    return true;
  });
  if (!found) return found.error();
  if (ids.empty()) {
    // Pieces are written a moment before their job.
    auto orphans = drop_orphans(client_, std::min(keep_from, now - std::chrono::hours(1)), limit);
    if (!orphans) return orphans.error();
    return std::size_t{0};
  }
  Document filter;
  filter.document("_id", one_of(ids));
  auto removed = client_.remove(jobs, filter);
  if (!removed) return removed;
  auto results_removed = client_.remove(results, filter);
  if (!results_removed) return results_removed;
  Document pieces;
  pieces.document("job", one_of(ids));
  auto dropped = client_.remove("contents", pieces);
  if (!dropped) return dropped.error();
  return removed;
}

// Of several services that find the same one due it is whose removal finds it: an update with a condition is
// not one step in FerretDB 1.24. What they put in its place comes first, so that a crash in between leaves
// two and not none.
Result<bool> MongoCalls::take_callback(const std::string& taken, const DueCallback& callback, TimePoint now) {
  const std::string id = job::JobId::make(now).text();
  mongo::Client::Bulk bulk(client_, callbacks);
  bulk.insert(encode_callback(id, callback));
  auto put = bulk.execute();
  if (!put) return put.error();
  if (!put->errors.empty()) return Error{Errc::unavailable, "mongodb: " + put->errors.front().message, {}};
  auto removed = client_.remove(callbacks, by_id(taken));
  if (!removed) return removed.error();
  if (*removed > 0) return true;
  auto taken_back = client_.remove(callbacks, by_id(id));
  if (!taken_back) return taken_back.error();
  return false;
}

Result<DueCallbacks> MongoCalls::claim_callbacks(TimePoint now, std::chrono::milliseconds lease,
                                                 std::size_t limit) {
  Document options;
  options.document("sort", sorted_by("dueAt", 1)).integer("limit", static_cast<std::int64_t>(limit) + 1);
  std::vector<std::pair<std::string, DueCallback>> found;  // with its _id
  DueCallbacks due;
  auto looked = client_.find(callbacks, Document(), options, [&](View document) {
    const TimePoint due_at = document.date("dueAt").value_or(epoch);
    if (due_at > now || found.size() == limit) {
      due.next = due_at;
      return false;
    }
    auto job = job::JobId::parse(document.text("job").value_or(""));
    if (!job) {
      skip(document);
      return true;
    }
    DueCallback callback{.id = *std::move(job), .url = std::string(document.text("url").value_or(""))};
    callback.attempts = static_cast<int>(document.integer("attempts").value_or(0));
    callback.leased_until = now + lease;
    found.emplace_back(document.text("_id").value_or(""), std::move(callback));
    return true;
  });
  if (!looked) return looked.error();
  for (auto& [id, callback] : found) {
    auto is_ours = take_callback(id, callback, now);
    if (!is_ours) return is_ours.error();
    if (*is_ours) due.claimed.push_back(std::move(callback));
  }
  return due;
}

Result<void> MongoCalls::put_off_callback(const DueCallback& callback, TimePoint until) {
  Document ours = callback_of(callback.id);
  ours.date("dueAt", callback.leased_until);
  Document set;
  set.date("dueAt", until).integer("attempts", callback.attempts);
  Document change;
  change.document("$set", set);
  auto changed = client_.update_one(callbacks, ours, change, mongo::Client::Missing::leave);
  if (!changed) return changed.error();
  return ok();
}

Result<void> MongoCalls::remove_callback(const job::JobId& id) {
  auto removed = client_.remove(callbacks, callback_of(id));
  if (!removed) return removed.error();
  return ok();
}

Result<void> MongoCalls::ping() {
  Document command;
  command.integer("ping", 1);
  auto answered = client_.run(command, Access::read);
  if (!answered) return answered.error();
  return ok();
}

Result<void> MongoCalls::try_write() {
  Document set;
  set.date("at", system_clock().now());
  Document update;
  update.document("$set", set);
  const Document filter = by_id("trial");
  auto written = client_.update_one("health", filter, update, mongo::Client::Missing::insert);
  if (!written) return written.error();
  return ok();
}

}  // namespace code_exec::store
