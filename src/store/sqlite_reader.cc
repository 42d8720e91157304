#include "store/sqlite_reader.h"

#include <algorithm>

#include "store/sqlite_codec.h"

namespace code_exec::store {
namespace {

// After every id, which is hexadecimal; and before every id.
const std::string id_max = "g";
const std::string id_min;

// Several statements that must see one state of the file. A transaction that only reads has nothing to lose,
// so its end is not checked.
class Snapshot {
 public:
  Snapshot(Statement& begin, Statement& commit) : commit_(commit), begun_(begin.run()) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() {
    if (begun_) (void)commit_.run();
  }
  const Result<void>& begun() const { return begun_; }

 private:
  Statement& commit_;
  Result<void> begun_;
};

Error damaged(std::string_view id) {
  return Error{Errc::unavailable, "the stored job " + std::string(id) + " is damaged", {}};
}

std::optional<TimePoint> time_of(const Rows& rows, int column) {
  auto ms = rows.optional_integer(column);
  if (!ms) return std::nullopt;
  return from_ms(*ms);
}

// From the columns that find_, summary_ and summaries_ begin with.
Result<job::Job> job_of(const Rows& rows, std::optional<std::string_view> file_contents) {
  auto id = job::JobId::parse(rows.bytes(0));
  auto status = job::parse_status(rows.bytes(1));
  auto submission = decode_submission(rows.bytes(8), file_contents);
  if (!id || !status || !submission) return damaged(rows.bytes(0));

  job::Job job{.id = std::move(*id), .submission = std::move(*submission), .status = *status};
  job.runs = static_cast<int>(rows.integer(2));
  job.submission.language = rows.text(3);
  job.submission.priority = static_cast<std::uint32_t>(rows.integer(4));
  job.created_at = from_ms(rows.integer(5));
  job.started_at = time_of(rows, 6);
  job.finished_at = time_of(rows, 7);
  if (job::is_final(*status)) {
    job.outcome = decode_outcome(rows.bytes(9));
    if (!job.outcome) return damaged(rows.bytes(0));
    job.outcome->status = *status;
  }
  return job;
}

}  // namespace

Result<std::unique_ptr<SqliteReader>> SqliteReader::open(const std::filesystem::path& file) {
  auto connection = open_connection(file);
  if (!connection) return connection.error();
  auto set = execute(connection->get(), "PRAGMA query_only = ON");
  if (!set) return set.error();
  return std::unique_ptr<SqliteReader>(new SqliteReader(std::move(*connection)));
}

Result<job::Job> SqliteReader::find(const job::JobId& id) {
  Rows rows = find_.start(id.text());
  if (!rows.next()) {
    auto finished = rows.finish();
    if (!finished) return finished.error();
    return Error{Errc::not_found, "there is no job " + id.text(), {}};
  }
  auto job = job_of(rows, rows.bytes(12));
  if (!job) return job;
  job->submission.code = rows.text(10);
  job->submission.stdin_bytes = rows.text(11);
  if (job->outcome) {
    if (!read_stdout_column(rows.text(13), *job->outcome))
      return Error{Errc::internal, "the outputs of job " + id.text() + " are damaged", {}};
    job->outcome->stderr_bytes = rows.text(14);
    job->outcome->compile_output = rows.text(15);
  }
  return job;
}

Result<JobPage> SqliteReader::list(const JobFilter& filter) {
  const Snapshot snapshot(begin_, commit_);
  if (!snapshot.begun()) return snapshot.begun().error();
  return filter.status || filter.language ? list_some(filter) : list_all(filter);
}

Result<JobPage> SqliteReader::list_all(const JobFilter& filter) {
  JobPage page;
  const std::string& before = filter.before ? filter.before->text() : id_max;
  Rows rows = summaries_.start(before, static_cast<std::int64_t>(filter.limit) + 1);
  while (rows.next()) {
    if (page.jobs.size() == filter.limit) {
      page.more = true;
      return page;
    }
    auto job = job_of(rows, std::nullopt);
    if (!job) return job.error();
    page.jobs.push_back(std::move(*job));
  }
  if (auto finished = rows.finish(); !finished) return finished.error();
  return page;
}

Result<JobPage> SqliteReader::list_some(const JobFilter& filter) {
  using job::Status;
  const auto statuses =
      filter.status ? std::vector{*filter.status}
                    : std::vector{Status::pending, Status::running, Status::completed, Status::failed};
  const std::string& before = filter.before ? filter.before->text() : id_max;
  auto found = places(statuses, filter.language, Order::newest_first, before, filter.limit + 1);
  if (!found) return found.error();

  JobPage page;
  page.more = found->size() > filter.limit;
  if (page.more) found->pop_back();
  for (const Place& place : *found) {
    Rows rows = summary_.start(place.number);
    if (!rows.next()) return damaged(place.id);
    auto job = job_of(rows, std::nullopt);
    if (!job) return job.error();
    page.jobs.push_back(std::move(*job));
  }
  return page;
}

Result<std::vector<Unfinished>> SqliteReader::unfinished(const std::optional<job::JobId>& after,
                                                         std::size_t limit) {
  const Snapshot snapshot(begin_, commit_);
  if (!snapshot.begun()) return snapshot.begun().error();
  auto found = places({job::Status::pending, job::Status::running}, std::nullopt, Order::oldest_first,
                      after ? after->text() : id_min, limit);
  if (!found) return found.error();

  std::vector<Unfinished> jobs;
  jobs.reserve(found->size());
  for (const Place& place : *found) {
    Rows rows = unfinished_.start(place.number);
    if (!rows.next()) return damaged(place.id);
    auto id = job::JobId::parse(rows.bytes(0));
    auto status = job::parse_status(rows.bytes(1));
    if (!id || !status) return damaged(place.id);
    jobs.push_back({.id = std::move(*id),
                    .status = *status,
                    .runs = static_cast<int>(rows.integer(2)),
                    .priority = static_cast<std::uint32_t>(rows.integer(3))});
  }
  return jobs;
}

Result<std::map<job::Status, std::uint64_t>> SqliteReader::counts() {
  std::map<job::Status, std::uint64_t> counts;
  Rows rows = counts_.start();
  while (rows.next()) {
    auto status = job::parse_status(rows.bytes(0));
    if (!status) return Error{Errc::unavailable, "the stored counts are damaged", {}};
    counts[*status] = static_cast<std::uint64_t>(rows.integer(1));
  }
  if (auto finished = rows.finish(); !finished) return finished.error();
  return counts;
}

// Each language that a job of this status has, by one search of the index per language: what a DISTINCT would
// find by reading all of it.
Result<std::vector<std::string>> SqliteReader::languages(std::string_view status) {
  std::vector<std::string> found;
  std::string last;
  while (true) {
    Rows rows = next_language_.start(status, std::string_view(last));
    if (!rows.next()) {
      auto finished = rows.finish();
      if (!finished) return finished.error();
      return found;
    }
    last = rows.text(0);
    found.push_back(last);
  }
}

// The first `limit` jobs beyond an id: the first ones of each range of jobs_by_state, merged. It costs the
// number of ranges times `limit`, however many jobs there are.
Result<std::vector<SqliteReader::Place>> SqliteReader::places(const std::vector<job::Status>& statuses,
                                                              const std::optional<std::string>& language,
                                                              Order order, const std::string& beyond,
                                                              std::size_t limit) {
  std::vector<Place> found;
  Statement& range = order == Order::newest_first ? newest_places_ : oldest_places_;
  for (job::Status status : statuses) {
    const std::string_view status_text = job::to_string(status);
    Result<std::vector<std::string>> of_status = std::vector<std::string>();
    if (language)
      of_status->push_back(*language);
    else
      of_status = languages(status_text);
    if (!of_status) return of_status.error();

    for (const std::string& one : *of_status) {
      Rows rows = range.start(status_text, std::string_view(one), std::string_view(beyond),
                              static_cast<std::int64_t>(limit));
      while (rows.next()) found.push_back({.id = rows.text(0), .number = rows.integer(1)});
      if (auto finished = rows.finish(); !finished) return finished.error();
    }
  }
  std::sort(found.begin(), found.end(), [order](const Place& a, const Place& b) {
    return order == Order::newest_first ? a.id > b.id : a.id < b.id;
  });
  if (found.size() > limit) found.resize(limit);
  return found;
}

}  // namespace code_exec::store
