// What is particular to the SQLite store: its file, its transactions, what it does when the disk or the file
// fail it.
#include "store/sqlite_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "base/fd.h"
#include "base/run_for_test.h"
#include "store/sqlite_statement.h"
#include "store/store_for_test.h"

namespace code_exec::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using job::Job;
using job::JobId;

class Sqlite : public testing::Test {
 protected:
  fs::path file() const { return directory_.path() / "jobs.db"; }
  Result<std::unique_ptr<JobStore>> open(const fs::path& name) {
    SqliteOptions options{.file = name, .executor = loop_.get_executor()};
    return open_sqlite_store(std::move(options));
  }
  std::unique_ptr<JobStore> must_open(const fs::path& name) {
    auto opened = open(name);
    EXPECT_TRUE(opened) << opened.error().detail;
    if (!opened) std::abort();
    return std::move(*opened);
  }
  template <class T>
  Result<T> wait(Task<T> task) {
    return run_to_end(loop_, std::move(task));
  }
  void stop(std::unique_ptr<JobStore>& store) {
    EXPECT_TRUE(wait(store->stop()));
    store.reset();
  }
  // With another program's means, while no store has it open.
  void change_file(const char* sql) const {
    const Connection connection = raw_connection();
    ASSERT_TRUE(execute(connection.get(), sql));
  }
  Connection raw_connection() const {
    sqlite3* opened = nullptr;
    EXPECT_EQ(sqlite3_open(file().c_str(), &opened), SQLITE_OK);
    return Connection(opened);
  }
  void expect_refused(const std::string& because) {
    auto opened = open(file());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::unavailable);
    EXPECT_NE(opened.error().detail.find(because), std::string::npos) << opened.error().detail;
  }

  TemporaryDirectory directory_;
  net::io_context loop_;
};

// Runs `body` in a child of its own, because it gives up what it cannot get back (root, the view of the
// mounts). The expectations it misses are printed by the child and fail the test here.
template <class Body>
void expect_in_child(Body body) {
  std::fflush(nullptr);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    body();
    std::fflush(nullptr);
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// The transactions in a write-ahead log: a frame that ends one carries the size of the database, the others
// carry 0 there (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
int transactions_in_log(const fs::path& log) {
  constexpr std::size_t header_size = 32;
  constexpr std::size_t frame_header_size = 24;
  constexpr std::size_t page_size = 4096;
  std::ifstream in(log, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  int transactions = 0;
  for (std::size_t at = header_size; at + frame_header_size + page_size <= bytes.size();
       at += frame_header_size + page_size) {
    if (bytes.compare(at + 4, 4, std::string(4, '\0')) != 0) ++transactions;
  }
  return transactions;
}

TEST_F(Sqlite, CommitsWhatArrivesTogetherInOneTransaction) {
  constexpr int jobs = 200;
  auto store = must_open(file());
  const int before = transactions_in_log(file().string() + "-wal");
  int answered = 0;
  {
    // Holds the writer at the beginning of its first transaction until all the others wait behind it.
    const Connection other = raw_connection();
    ASSERT_TRUE(execute(other.get(), "BEGIN IMMEDIATE"));
    for (int i = 0; i < jobs; ++i) {
      net::co_spawn(loop_, store->insert(one(make_job())),
                    [&answered](std::exception_ptr, auto result) { answered += result ? 1 : 0; });
    }
    loop_.poll();
    EXPECT_EQ(answered, 0);
    ASSERT_TRUE(execute(other.get(), "ROLLBACK"));
  }
  loop_.restart();
  loop_.run();

  EXPECT_EQ(answered, jobs);
  const int transactions = transactions_in_log(file().string() + "-wal") - before;
  EXPECT_GE(transactions, 1);
  EXPECT_LE(transactions, 2) << "the first may have been taken alone";
  stop(store);
}

TEST_F(Sqlite, RefusesMoreWritesThanMayWait) {
  SqliteOptions options{.file = file(), .executor = loop_.get_executor(), .writes_waiting_max = 0};
  auto store = open_sqlite_store(std::move(options));
  ASSERT_TRUE(store);

  auto inserted = wait((*store)->insert(one(make_job())));

  ASSERT_FALSE(inserted);
  EXPECT_EQ(inserted.error().code, Errc::unavailable);
  EXPECT_TRUE(wait((*store)->counts()));
}

TEST_F(Sqlite, IsReadableByItsOwnerOnly) {
  auto store = must_open(file());
  ASSERT_TRUE(wait(store->insert(one(make_job()))));

  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status {};
    ASSERT_EQ(::stat((file().string() + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(Sqlite, WorksWhereTheDirectoryCannotBeReachedFromTheRoot) {
  const fs::path locked = directory_.path() / "locked";
  const fs::path data = locked / "data";
  fs::create_directories(data);
  constexpr uid_t uid = 60600;
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(chown(data.c_str(), uid, uid), 0);
  }

  expect_in_child([&] {
    ASSERT_EQ(chdir(data.c_str()), 0);
    ASSERT_EQ(chmod(locked.c_str(), root ? 0700 : 0), 0);
    if (root) {
      ASSERT_EQ(setresuid(uid, uid, uid), 0);
    }
    ASSERT_NE(access(data.c_str(), X_OK), 0) << "the parent was to be closed";

    const Job job = make_job();
    for (bool first : {true, false}) {
      auto store = must_open("jobs.db");
      if (first) {
        EXPECT_TRUE(wait(store->insert(one(job))));
      }
      auto found = wait(store->find(job.id));
      EXPECT_TRUE(found) << found.error().detail;
      if (found) {
        EXPECT_EQ(*found, job);
      }
      stop(store);
    }
  });
  ASSERT_EQ(chmod(locked.c_str(), 0700), 0);
}

TEST_F(Sqlite, TakesNoNameForAUri) {
  expect_in_child([&] {
    ASSERT_EQ(chdir(directory_.path().c_str()), 0);
    for (const char* name : {":memory:", "file:x?mode=memory"}) {
      auto store = must_open(name);
      EXPECT_TRUE(fs::exists(name));
      stop(store);
    }
  });
}

// A child inserts as fast as it can and tells each id after its insert was answered; it is killed in the
// middle.
TEST_F(Sqlite, KeepsEveryAnsweredInsertOfAProcessThatWasKilled) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Fd out(ends[0]);
  Fd in(ends[1]);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = must_open(file());
    std::function<void()> insert_next = [&] {
      Job job = make_job();
      const std::string id = job.id.text();
      net::co_spawn(loop_, store->insert(one(job)), [&, id](std::exception_ptr, auto result) {
        if (!result || write(in.get(), id.data(), id.size()) != static_cast<ssize_t>(id.size())) _exit(1);
        insert_next();
      });
    };
    for (int i = 0; i < 16; ++i) insert_next();
    loop_.run();
    _exit(1);
  }
  in.reset();

  std::string told;
  char buffer[4096];
  bool killed = false;
  for (ssize_t n = 0; (n = read(out.get(), buffer, sizeof buffer)) > 0;) {
    told.append(buffer, static_cast<std::size_t>(n));
    if (!killed && told.size() > 36 * 500) killed = kill(child, SIGKILL) == 0;
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  ASSERT_TRUE(killed);

  auto store = must_open(file());
  for (std::size_t at = 0; at + 36 <= told.size(); at += 36) {
    auto id = JobId::parse(told.substr(at, 36));
    ASSERT_TRUE(id);
    auto found = wait(store->find(*id));
    ASSERT_TRUE(found) << "job " << at / 36 << ": " << found.error().detail;
  }
  // The counts are of the same transactions as the jobs.
  auto counts = wait(store->counts());
  auto listed = wait(store->unfinished(std::nullopt, 1'000'000));
  ASSERT_TRUE(counts && listed);
  EXPECT_EQ((*counts)[job::Status::pending], listed->size());
  stop(store);
}

// --- the disk is full

// In a mount namespace of this process: a disk of 8 MiB that is the working directory.
void enter_small_disk(const fs::path& at) {
  ASSERT_EQ(unshare(CLONE_NEWNS), 0) << std::strerror(errno);
  ASSERT_EQ(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0) << std::strerror(errno);
  ASSERT_EQ(mount("tmpfs", at.c_str(), "tmpfs", 0, "size=8m"), 0) << std::strerror(errno);
  ASSERT_EQ(chdir(at.c_str()), 0);
}

TEST_F(Sqlite, SurvivesAFullDiskAndRecoversWhenThereIsRoom) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small disk";

  expect_in_child([&] {
    ASSERT_NO_FATAL_FAILURE(enter_small_disk(directory_.path()));
    // More than half, so that what it frees is room for all of the log to move into the database.
    std::ofstream("ballast") << std::string(5 << 20, 'b') << std::flush;
    auto store = must_open("jobs.db");
    std::vector<Job> answered;
    Job job = make_job();
    job.submission.stdin_bytes = std::string(100'000, 'x');
    auto insert = [&] {
      job.id = make_job().id;
      auto inserted = wait(store->insert(one(job)));
      if (inserted) answered.push_back(job);
      return inserted;
    };

    auto inserted = insert();
    while (inserted && answered.size() < 100) inserted = insert();
    ASSERT_FALSE(inserted) << "100 jobs of 100 kB fit on 3 MiB";
    EXPECT_EQ(inserted.error().code, Errc::unavailable);
    EXPECT_NE(inserted.error().detail.find("disk is full"), std::string::npos) << inserted.error().detail;
    while (wait(store->check_health())) {
      // What the failed write gave back may be room enough for the trial.
      ASSERT_LT(answered.size(), 100u);
      (void)insert();
    }
    auto health = wait(store->check_health());
    ASSERT_FALSE(health);
    EXPECT_EQ(health.error().code, Errc::unavailable);
    auto lost = wait(store->find(job.id));
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, Errc::not_found) << "what was refused is not there";

    ASSERT_EQ(unlink("ballast"), 0);
    health = wait(store->check_health());
    EXPECT_TRUE(health) << health.error().detail;
    inserted = insert();
    EXPECT_TRUE(inserted) << inserted.error().detail;

    for (bool reopened : {false, true}) {
      if (reopened) {
        stop(store);
        store = must_open("jobs.db");
      }
      auto counts = wait(store->counts());
      ASSERT_TRUE(counts);
      EXPECT_EQ((*counts)[job::Status::pending], answered.size());
      for (const Job& kept : answered) {
        auto found = wait(store->find(kept.id));
        ASSERT_TRUE(found) << found.error().detail;
        EXPECT_EQ(*found, kept);
      }
    }
    stop(store);
  });
}

TEST_F(Sqlite, RefusesToOpenOnADiskThatIsFull) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small disk";

  expect_in_child([&] {
    ASSERT_NO_FATAL_FAILURE(enter_small_disk(directory_.path()));
    std::ofstream ballast("ballast");
    while (ballast << std::string(4096, 'b') << std::flush) continue;

    auto store = open("jobs.db");

    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, Errc::unavailable);
    EXPECT_NE(store.error().detail.find("jobs.db"), std::string::npos) << store.error().detail;
  });
}

TEST_F(Sqlite, BringsAFileOfAnOlderVersionUpToDate) {
  const Job old = make_job();
  auto store = must_open(file());
  ASSERT_TRUE(wait(store->insert(one(old))));
  stop(store);
  change_file("DROP TABLE callbacks; PRAGMA user_version = 1");

  store = must_open(file());
  Job job = make_job();
  job.submission.callback_url = "http://example.org/";
  ASSERT_TRUE(wait(store->insert(one(job))));
  EXPECT_TRUE(wait(store->find(old.id)));
  auto due = wait(store->claim_callbacks(job.created_at + callback_look, std::chrono::seconds(30), 10));
  ASSERT_TRUE(due) << due.error().detail;
  EXPECT_EQ(due->claimed.size(), 1U);
  stop(store);
}

// --- files that are not as we left them

TEST_F(Sqlite, RefusesWhatIsNotADatabase) {
  std::ofstream(file()) << std::string(10'000, 'x');

  expect_refused("not a SQLite database");
}

TEST_F(Sqlite, RefusesAFileOfANewerVersion) {
  auto store = must_open(file());
  stop(store);
  change_file("PRAGMA user_version = 1000");

  expect_refused("newer version");
}

TEST_F(Sqlite, RefusesAnotherProgramsDatabase) {
  change_file("CREATE TABLE theirs (x); PRAGMA user_version = 1");

  expect_refused("another program's");

  change_file("SELECT x FROM theirs");
}

TEST_F(Sqlite, RefusesADamagedSchema) {
  auto store = must_open(file());
  stop(store);
  std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(100);  // after the header of the file: the page that holds the schema
  bytes << std::string(3996, '\x7f') << std::flush;

  expect_refused("damaged");
}

TEST_F(Sqlite, RefusesALinkToAFile) {
  fs::create_symlink(directory_.path() / "elsewhere.db", file());

  expect_refused("unable to open");
}

TEST_F(Sqlite, AnswersUnavailableForAJobWhosePagesAreDamaged) {
  std::vector<Job> jobs;
  {
    auto store = must_open(file());
    std::vector<NewJob> added;
    for (int i = 0; i < 500; ++i) {
      jobs.push_back(make_job());
      added.push_back(one(jobs.back()).front());
    }
    ASSERT_TRUE(wait(store->insert(added)));
    stop(store);
  }
  const auto pages = fs::file_size(file()) / 4096;
  {
    // The root pages stay, so that the file opens; leaves are lost.
    std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(4096 * static_cast<std::streamoff>(pages / 2));
    bytes << std::string(4096 * (pages - pages / 2), '\x7f') << std::flush;
  }

  auto store = must_open(file());
  int unavailable = 0;
  for (const Job& job : jobs) {
    auto found = wait(store->find(job.id));
    if (found) {
      EXPECT_EQ(*found, job);
    } else if (found.error().code == Errc::unavailable) {
      ++unavailable;
      EXPECT_NE(found.error().detail.find("damaged"), std::string::npos) << found.error().detail;
    }
  }
  EXPECT_GT(unavailable, 0);
  stop(store);
}

// Rows that this version finds strange fail their own job only.
TEST_F(Sqlite, ADamagedRowFailsItsOwnJobOnly) {
  const Job bad = make_job();
  const Job good = make_job();
  auto store = must_open(file());
  ASSERT_TRUE(wait(store->insert(one(bad))));
  ASSERT_TRUE(wait(store->insert(one(good))));
  stop(store);
  change_file("UPDATE jobs SET submission = '{\"limits\":', status = 'odd' WHERE number = 1");

  store = must_open(file());
  auto found = wait(store->find(bad.id));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::unavailable);
  std::vector<Errc> results;
  for (const Job* job : {&good, &bad}) {
    net::co_spawn(loop_, store->start(job->id, from_ms(1)), [&results](std::exception_ptr, auto result) {
      results.push_back(result ? Errc::conflict : result.error().code);
    });
  }
  loop_.restart();
  loop_.run();
  EXPECT_EQ(results, (std::vector{Errc::conflict, Errc::unavailable}));
  EXPECT_TRUE(wait(store->find(good.id)));
  EXPECT_TRUE(wait(store->check_health())) << "a trial write succeeds";
  stop(store);
}

}  // namespace
}  // namespace code_exec::store
