// store/sqlite_reader.h - the questions a store answers, on a connection of their own. Blocks; belongs to one
// thread at a time. Each call sees everything that was committed before it began.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "store/sqlite_statement.h"
#include "store/store.h"

namespace code_exec::store {

class SqliteReader {
 public:
  // The file must have its schema.
  static Result<std::unique_ptr<SqliteReader>> open(const std::filesystem::path& file);

  Result<job::Job> find(const job::JobId& id);
  Result<JobPage> list(const JobFilter& filter);
  Result<std::vector<Unfinished>> unfinished(const std::optional<job::JobId>& after, std::size_t limit);
  Result<std::map<job::Status, std::uint64_t>> counts();

 private:
  struct Place {  // where a job's row is
    std::string id;
    std::int64_t number;
  };
  enum class Order { oldest_first, newest_first };

  explicit SqliteReader(Connection connection) : connection_(std::move(connection)) {}
  Result<JobPage> list_all(const JobFilter& filter);
  Result<JobPage> list_some(const JobFilter& filter);
  Result<std::vector<std::string>> languages(std::string_view status);
  Result<std::vector<Place>> places(const std::vector<job::Status>& statuses,
                                    const std::optional<std::string>& language, Order order,
                                    const std::string& beyond, std::size_t limit);

  Connection connection_;
  Statement find_{
      connection_.get(),
      "SELECT id, status, runs, language, priority, created_at, started_at, finished_at, submission,"
      " outcome, code, stdin, files, stdout, stderr, compile_output"
      " FROM jobs JOIN sources USING (number) LEFT JOIN outputs USING (number) WHERE id = ?1"};
  Statement summary_{connection_.get(),
                     "SELECT id, status, runs, language, priority, created_at, started_at, finished_at,"
                     " submission, outcome FROM jobs WHERE number = ?1"};
  Statement summaries_{connection_.get(),
                       "SELECT id, status, runs, language, priority, created_at, started_at, finished_at,"
                       " submission, outcome FROM jobs WHERE id < ?1 ORDER BY id DESC LIMIT ?2"};
  Statement unfinished_{connection_.get(), "SELECT id, status, runs, priority FROM jobs WHERE number = ?1"};
  Statement next_language_{connection_.get(),
                           "SELECT language FROM jobs WHERE status = ?1 AND language > ?2"
                           " ORDER BY language LIMIT 1"};
  Statement newest_places_{connection_.get(),
                           "SELECT id, number FROM jobs WHERE status = ?1 AND language = ?2 AND id < ?3"
                           " ORDER BY id DESC LIMIT ?4"};
  Statement oldest_places_{connection_.get(),
                           "SELECT id, number FROM jobs WHERE status = ?1 AND language = ?2 AND id > ?3"
                           " ORDER BY id LIMIT ?4"};
  Statement counts_{connection_.get(), "SELECT status, jobs FROM counts"};
  Statement begin_{connection_.get(), "BEGIN"};
  Statement commit_{connection_.get(), "COMMIT"};
};

}  // namespace code_exec::store
