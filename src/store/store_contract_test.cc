// What every store promises, whatever is behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/run_for_test.h"
#include "store/store.h"
#include "store/store_for_test.h"

namespace code_exec::store {
namespace {

using namespace std::chrono_literals;
using job::Job;
using job::JobId;
using job::Status;
using testing::ElementsAre;
using Counts = std::map<Status, std::uint64_t>;

std::string every_byte() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  return bytes;
}

std::vector<JobId> ids(const std::vector<Job>& jobs) {
  std::vector<JobId> found;
  for (const auto& job : jobs) found.push_back(job.id);
  return found;
}

// GCC 12 sees through the allocation of a coroutine's frame, but not through its deallocation, and warns that
// they do not match.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
Task<bool> found_as_inserted(JobStore& store, Job job) {
  std::vector<NewJob> jobs = one(job);
  auto inserted = co_await store.insert(std::move(jobs));
  if (!inserted) co_return inserted.error();
  auto found = co_await store.find(job.id);
  if (!found) co_return found.error();
  co_return *found == job;
}
#pragma GCC diagnostic pop

class StoreContract : public testing::TestWithParam<StoreBackend> {
 protected:
  void SetUp() override {
    auto place = GetParam().make_place();
    if (!place) GTEST_SKIP() << place.error().detail;
    place_ = std::move(*place);
    open();
  }
  void TearDown() override {
    if (store_) close();
  }

  void open() {
    auto opened = place_->open(loop_.get_executor());
    ASSERT_TRUE(opened) << opened.error().detail;
    store_ = std::move(*opened);
  }
  void close() {
    EXPECT_TRUE(wait(store_->stop()));
    store_.reset();
  }

  template <class T>
  Result<T> wait(Task<T> task) {
    return run_to_end(loop_, std::move(task));
  }
  // All at once, answers in the order of the tasks.
  template <class T>
  std::vector<Result<T>> wait_for_all(std::vector<Task<T>> tasks) {
    std::vector<Result<T>> results(tasks.size());
    std::size_t left = tasks.size();
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      net::co_spawn(loop_, std::move(tasks[i]), [&results, &left, i](std::exception_ptr, Result<T> result) {
        results[i] = std::move(result);
        --left;
      });
    }
    loop_.restart();
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (left > 0 && std::chrono::steady_clock::now() < deadline) loop_.run_one_until(deadline);
    if (left > 0) std::abort();  // the tasks refer to this frame
    return results;
  }

  template <class T>
  Errc error_of(Task<T> task) {
    auto result = wait(std::move(task));
    EXPECT_FALSE(result) << "an error was expected";
    return result ? Errc::internal : result.error().code;
  }

  Job insert(Job job) {
    auto inserted = wait(store_->insert(one(job)));
    EXPECT_TRUE(inserted) << inserted.error().detail;
    return job;
  }
  Job insert_final(Job job, TimePoint at, Status status = Status::completed) {
    insert(job);
    job::Outcome outcome = completed();
    outcome.status = status;
    if (status == Status::failed) outcome.reason = job::Reason::runtime_error;
    EXPECT_TRUE(wait(store_->finish(job.id, outcome, at)));
    return job;
  }
  Job insert_due(std::optional<TimePoint> at = std::nullopt) {
    Job job = make_job();
    job.submission.callback_url = "http://example.org/";
    insert(job);
    EXPECT_TRUE(wait(store_->finish(job.id, completed(), at.value_or(now_), Callback::wanted)));
    return job;
  }
  DueCallbacks claim(TimePoint now, std::size_t limit = 10) {
    auto due = wait(store_->claim_callbacks(now, 30s, limit));
    EXPECT_TRUE(due) << due.error().detail;
    return due ? *due : DueCallbacks();
  }
  Job find(const JobId& id) {
    auto found = wait(store_->find(id));
    EXPECT_TRUE(found) << found.error().detail;
    return found ? *found : make_job();
  }
  JobPage list(JobFilter filter) {
    auto page = wait(store_->list(std::move(filter)));
    EXPECT_TRUE(page) << page.error().detail;
    return page ? *page : JobPage();
  }
  Counts counts() {
    auto found = wait(store_->counts());
    EXPECT_TRUE(found);
    return found ? *found : Counts();
  }
  static Counts counted(std::uint64_t pending, std::uint64_t running, std::uint64_t completed_,
                        std::uint64_t failed) {
    return {{Status::pending, pending},
            {Status::running, running},
            {Status::completed, completed_},
            {Status::failed, failed}};
  }

  const TimePoint now_ = from_ms(1'700'000'100'000);
  net::io_context loop_;
  std::unique_ptr<StorePlace> place_;
  std::unique_ptr<JobStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Backends, StoreContract, testing::ValuesIn(store_backends()),
                         [](const auto& backend) { return backend.param.name; });

// --- insert and find

TEST_P(StoreContract, FindsAJobAsItWasInserted) {
  Job job = make_job("c");
  job.submission.code = every_byte();
  job.submission.stdin_bytes = every_byte() + "\xff\xfe";
  job.submission.args = {"", "a b", "\"quoted\" \\ \x01", "\xc3\x28 not UTF-8", "\xf0\x9f\x90\x8d"};
  job.submission.files = {{"empty", ""}, {"dir/data.bin", every_byte()}, {"\xff.txt", "x"}};
  job.submission.limits = {.cpu_time = 1ms,
                           .wall_time = 2ms,
                           .memory_bytes = 1ULL << 40,
                           .processes = 4,
                           .output_bytes = 5,
                           .disk_bytes = 6,
                           .files = 7};
  job.submission.tests.cases = {
      {every_byte(), {"a", "\xff"}, every_byte() + "!"}, {"", {}, std::nullopt}, {"", {}, ""}};
  job.submission.tests.comparison = job::Comparison::tokens;
  job.submission.tests.tolerance = 0.5;
  job.submission.tests.stop_at_first_failure = true;
  job.submission.interactive = true;
  job.submission.priority = 3;

  auto inserted = wait(store_->insert(one(job)));

  ASSERT_TRUE(inserted);
  ASSERT_EQ(inserted->size(), 1u);
  EXPECT_EQ(inserted->front().id, job.id);
  EXPECT_TRUE(inserted->front().created);
  EXPECT_EQ(find(job.id), job);
}

TEST_P(StoreContract, KeepsLargeContents) {
  Job job = make_job();
  job.submission.code = std::string(1 << 20, '\xfe');
  job.submission.stdin_bytes = std::string(4 << 20, 's');
  insert(job);
  job.status = Status::completed;
  job.outcome = completed(std::string(3 << 20, '\0'));
  job.finished_at = now_;
  ASSERT_TRUE(wait(store_->finish(job.id, *job.outcome, now_)));

  EXPECT_EQ(find(job.id), job);
}

TEST_P(StoreContract, KnowsNothingOfAJobThatWasNeverInserted) {
  EXPECT_EQ(error_of(store_->find(make_job().id)), Errc::not_found);
}

TEST_P(StoreContract, RefusesAnIdThatIsTakenAndKeepsTheJobThatHasIt) {
  const Job job = insert(make_job());
  Job other = make_job("c");
  other.id = job.id;

  EXPECT_EQ(error_of(store_->insert(one(other))), Errc::conflict);

  EXPECT_EQ(find(job.id), job);
  EXPECT_EQ(counts(), counted(1, 0, 0, 0));
}

TEST_P(StoreContract, InsertsAllOrNone) {
  const Job taken = insert(make_job());
  std::vector<NewJob> jobs;
  for (int i = 0; i < 3; ++i) jobs.push_back({.job = make_job(), .idempotency = std::nullopt});
  jobs[0].idempotency = Idempotency{.key = "k", .fingerprint = "f"};
  jobs[2].job.id = taken.id;

  EXPECT_EQ(error_of(store_->insert(jobs)), Errc::conflict);

  EXPECT_EQ(error_of(store_->find(jobs[0].job.id)), Errc::not_found);
  EXPECT_EQ(error_of(store_->find(jobs[1].job.id)), Errc::not_found);
  EXPECT_EQ(counts(), counted(1, 0, 0, 0));

  jobs[2].job = make_job();
  auto inserted = wait(store_->insert(jobs));
  ASSERT_TRUE(inserted);
  ASSERT_EQ(inserted->size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*inserted)[i].id, jobs[i].job.id);
    EXPECT_TRUE((*inserted)[i].created);
  }
}

TEST_P(StoreContract, RefusesTheSameIdTwiceInOneInsert) {
  const Job job = make_job();
  std::vector<NewJob> jobs;
  jobs.push_back({.job = job, .idempotency = std::nullopt});
  jobs.push_back({.job = job, .idempotency = std::nullopt});

  EXPECT_EQ(error_of(store_->insert(jobs)), Errc::conflict);

  EXPECT_EQ(error_of(store_->find(job.id)), Errc::not_found);
}

TEST_P(StoreContract, InsertsNothingWhenGivenNothing) {
  auto inserted = wait(store_->insert({}));

  ASSERT_TRUE(inserted);
  EXPECT_TRUE(inserted->empty());
}

// --- idempotency keys

TEST_P(StoreContract, AnswersAKnownKeyWithTheEarlierJob) {
  const Job first = make_job();
  const Job second = make_job();
  ASSERT_TRUE(wait(store_->insert(one(first, "key \xff", "same"))));

  auto again = wait(store_->insert(one(second, "key \xff", "same")));

  ASSERT_TRUE(again);
  EXPECT_EQ(again->front().id, first.id);
  EXPECT_FALSE(again->front().created);
  EXPECT_EQ(error_of(store_->find(second.id)), Errc::not_found);
  EXPECT_EQ(counts(), counted(1, 0, 0, 0));
}

TEST_P(StoreContract, RefusesAKeyThatCameWithAnotherRequest) {
  ASSERT_TRUE(wait(store_->insert(one(make_job(), "key", "this"))));

  auto again = wait(store_->insert(one(make_job(), "key", "that")));

  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::conflict);
  EXPECT_EQ(again.error().field, "Idempotency-Key");
}

TEST_P(StoreContract, KnowsAKeyWithinOneInsert) {
  const Job first = make_job();
  std::vector<NewJob> jobs = one(first, "key", "same");
  jobs.push_back(one(make_job(), "key", "same").front());

  auto inserted = wait(store_->insert(jobs));

  ASSERT_TRUE(inserted);
  ASSERT_EQ(inserted->size(), 2u);
  EXPECT_TRUE((*inserted)[0].created);
  EXPECT_FALSE((*inserted)[1].created);
  EXPECT_EQ((*inserted)[1].id, first.id);
}

TEST_P(StoreContract, OneOfManyRequestsWithOneKeyCreatesTheJob) {
  std::vector<Task<std::vector<Inserted>>> tasks;
  for (int i = 0; i < 20; ++i) tasks.push_back(store_->insert(one(make_job(), "key", "same")));

  auto results = wait_for_all(std::move(tasks));

  int created = 0;
  std::set<JobId> answered;
  for (auto& result : results) {
    ASSERT_TRUE(result);
    created += result->front().created ? 1 : 0;
    answered.insert(result->front().id);
  }
  EXPECT_EQ(created, 1);
  EXPECT_EQ(answered.size(), 1u);
  EXPECT_EQ(counts(), counted(1, 0, 0, 0));
}

TEST_P(StoreContract, ForgetsAKeyWithItsJob) {
  const Job first = make_job();
  ASSERT_TRUE(wait(store_->insert(one(first, "key", "this"))));
  ASSERT_TRUE(wait(store_->finish(first.id, completed(), now_)));
  ASSERT_TRUE(wait(store_->sweep({.age_max = 1h}, now_ + 2h, 10)));

  auto again = wait(store_->insert(one(make_job(), "key", "that")));

  ASSERT_TRUE(again);
  EXPECT_TRUE(again->front().created);
}

// --- the states of a job

TEST_P(StoreContract, StartingARunCountsIt) {
  const Job job = insert(make_job());

  auto first = wait(store_->start(job.id, now_));
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, 1);
  auto second = wait(store_->start(job.id, now_ + 1s));
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, 2);

  Job expected = job;
  expected.status = Status::running;
  expected.runs = 2;
  expected.started_at = now_ + 1s;
  EXPECT_EQ(find(job.id), expected);
  EXPECT_EQ(counts(), counted(0, 1, 0, 0));
}

TEST_P(StoreContract, ReleasingARunTakesItBack) {
  const Job job = insert(make_job());
  ASSERT_TRUE(wait(store_->start(job.id, now_)));

  EXPECT_TRUE(wait(store_->release(job.id)));

  EXPECT_EQ(find(job.id), job);
  EXPECT_EQ(counts(), counted(1, 0, 0, 0));
}

TEST_P(StoreContract, ReleasesOnlyWhatRuns) {
  const Job pending = insert(make_job());
  const Job final = insert_final(make_job(), now_);

  EXPECT_EQ(error_of(store_->release(pending.id)), Errc::conflict);
  EXPECT_EQ(error_of(store_->release(final.id)), Errc::conflict);
  EXPECT_EQ(error_of(store_->release(make_job().id)), Errc::not_found);
}

TEST_P(StoreContract, KeepsAnOutcomeAsItWasGiven) {
  Job job = insert(make_job());
  ASSERT_TRUE(wait(store_->start(job.id, now_)));
  job::Outcome outcome;
  outcome.status = Status::failed;
  outcome.reason = job::Reason::signal;
  outcome.signal = 11;
  outcome.stdout_bytes = every_byte();
  outcome.stderr_bytes = "\xff\xff";
  outcome.compile_output = "warning: \xe2\x80\x98x\xe2\x80\x99";
  outcome.message = "ended by \"SIGSEGV\" \xff";
  outcome.truncated = true;
  outcome.cpu_time = 12ms;
  outcome.wall_time = 34ms;
  outcome.memory_bytes = 1ULL << 33;

  ASSERT_TRUE(wait(store_->finish(job.id, outcome, now_ + 34ms)));

  job.status = Status::failed;
  job.runs = 1;
  job.outcome = outcome;
  job.started_at = now_;
  job.finished_at = now_ + 34ms;
  EXPECT_EQ(find(job.id), job);
  EXPECT_EQ(counts(), counted(0, 0, 0, 1));
}

TEST_P(StoreContract, KeepsWhatBecameOfTests) {
  Job job = make_job();
  job.submission.tests.cases.resize(3);
  insert(job);
  ASSERT_TRUE(wait(store_->start(job.id, now_)));
  job::Outcome outcome;
  outcome.status = Status::failed;
  outcome.reason = job::Reason::wrong_answer;
  outcome.message = "test 2 of 3";
  outcome.tests.resize(3);
  outcome.tests[0] = {.verdict = job::Verdict::accepted, .exit_code = 0, .stdout_bytes = every_byte()};
  outcome.tests[1] = {.verdict = job::Verdict::failed,
                      .reason = job::Reason::wrong_answer,
                      .signal = 9,
                      .stderr_bytes = std::string(1 << 20, '\xff'),
                      .truncated = true,
                      .cpu_time = 1ms,
                      .wall_time = 2ms,
                      .memory_bytes = 1ULL << 33};

  ASSERT_TRUE(wait(store_->finish(job.id, outcome, now_ + 34ms)));

  EXPECT_EQ(find(job.id).outcome, outcome);
}

TEST_P(StoreContract, AJobCanEndBeforeItRan) {
  const Job job = insert(make_job());
  job::Outcome cancelled;
  cancelled.reason = job::Reason::cancelled;

  ASSERT_TRUE(wait(store_->finish(job.id, cancelled, now_)));

  const Job found = find(job.id);
  EXPECT_EQ(found.status, Status::failed);
  EXPECT_EQ(found.runs, 0);
  EXPECT_FALSE(found.started_at);
  EXPECT_EQ(found.outcome, cancelled);
}

TEST_P(StoreContract, AFinalResultStands) {
  const Job job = insert_final(make_job(), now_);
  const Job before = find(job.id);

  EXPECT_EQ(error_of(store_->finish(job.id, completed("another"), now_ + 1s)), Errc::conflict);
  EXPECT_EQ(error_of(store_->start(job.id, now_ + 1s)), Errc::conflict);

  EXPECT_EQ(find(job.id), before);
  EXPECT_EQ(counts(), counted(0, 0, 1, 0));
}

TEST_P(StoreContract, OneOfManyResultsCounts) {
  const Job job = insert(make_job());
  std::vector<Task<void>> tasks;
  for (int i = 0; i < 20; ++i) tasks.push_back(store_->finish(job.id, completed(std::to_string(i)), now_));

  auto results = wait_for_all(std::move(tasks));

  int accepted = 0;
  std::string winner;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i]) {
      ++accepted;
      winner = std::to_string(i);
    } else {
      EXPECT_EQ(results[i].error().code, Errc::conflict);
    }
  }
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(find(job.id).outcome->stdout_bytes, winner);
}

TEST_P(StoreContract, ChangesNothingOfAJobItDoesNotKnow) {
  const JobId id = make_job().id;

  EXPECT_EQ(error_of(store_->start(id, now_)), Errc::not_found);
  EXPECT_EQ(error_of(store_->finish(id, completed(), now_)), Errc::not_found);
}

// --- many at once

TEST_P(StoreContract, AConflictFailsNoneOfItsNeighbours) {
  const Job taken = insert(make_job());
  std::vector<Job> jobs;
  std::vector<Task<std::vector<Inserted>>> tasks;
  for (int i = 0; i < 60; ++i) {
    Job job = make_job();
    if (i % 3 == 1) job.id = taken.id;
    jobs.push_back(job);
    tasks.push_back(store_->insert(one(job)));
  }

  auto results = wait_for_all(std::move(tasks));

  for (std::size_t i = 0; i < results.size(); ++i) {
    if (i % 3 == 1) {
      ASSERT_FALSE(results[i]);
      EXPECT_EQ(results[i].error().code, Errc::conflict);
    } else {
      ASSERT_TRUE(results[i]) << results[i].error().detail;
      EXPECT_EQ(find(jobs[i].id), jobs[i]);
    }
  }
  EXPECT_EQ(counts(), counted(41, 0, 0, 0));
}

TEST_P(StoreContract, AReadSeesEveryWriteThatWasAnswered) {
  std::vector<Task<bool>> tasks;
  for (int i = 0; i < 200; ++i) tasks.push_back(found_as_inserted(*store_, make_job()));

  auto results = wait_for_all(std::move(tasks));

  for (auto& result : results) {
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_TRUE(*result);
  }
}

// --- list

TEST_P(StoreContract, ListsNewestFirstInPages) {
  std::vector<Job> jobs;
  for (int i = 0; i < 5; ++i) jobs.push_back(insert(make_job()));

  const JobPage first = list({.limit = 2});
  EXPECT_THAT(ids(first.jobs), ElementsAre(jobs[4].id, jobs[3].id));
  EXPECT_TRUE(first.more);
  const JobPage second = list({.before = first.jobs.back().id, .limit = 2});
  EXPECT_THAT(ids(second.jobs), ElementsAre(jobs[2].id, jobs[1].id));
  EXPECT_TRUE(second.more);
  const JobPage third = list({.before = second.jobs.back().id, .limit = 2});
  EXPECT_THAT(ids(third.jobs), ElementsAre(jobs[0].id));
  EXPECT_FALSE(third.more);
  EXPECT_FALSE(list({.limit = 5}).more);
}

TEST_P(StoreContract, ListsByStatusAndLanguage) {
  const Job a = insert(make_job("python"));
  const Job b = insert_final(make_job("c"), now_);
  const Job c = insert_final(make_job("python"), now_, Status::failed);
  const Job d = insert_final(make_job("python"), now_);
  const Job e = insert(make_job("c"));

  EXPECT_THAT(ids(list({.status = Status::pending}).jobs), ElementsAre(e.id, a.id));
  EXPECT_THAT(ids(list({.status = Status::completed}).jobs), ElementsAre(d.id, b.id));
  EXPECT_THAT(ids(list({.language = "python"}).jobs), ElementsAre(d.id, c.id, a.id));
  EXPECT_THAT(ids(list({.status = Status::completed, .language = "c"}).jobs), ElementsAre(b.id));
  EXPECT_TRUE(list({.status = Status::running}).jobs.empty());
  EXPECT_TRUE(list({.language = "ruby"}).jobs.empty());
}

TEST_P(StoreContract, ListsFilteredJobsInPages) {
  std::vector<Job> jobs;
  for (const char* language : {"python", "c", "go", "python", "c"})
    jobs.push_back(insert(make_job(language)));

  const JobPage first = list({.status = Status::pending, .limit = 3});
  EXPECT_THAT(ids(first.jobs), ElementsAre(jobs[4].id, jobs[3].id, jobs[2].id));
  EXPECT_TRUE(first.more);
  const JobPage second = list({.status = Status::pending, .before = jobs[2].id, .limit = 3});
  EXPECT_THAT(ids(second.jobs), ElementsAre(jobs[1].id, jobs[0].id));
  EXPECT_FALSE(second.more);
}

TEST_P(StoreContract, ListsAllOfAJobButItsContents) {
  Job job = make_job();
  job.submission.stdin_bytes = "in";
  job.submission.args = {"x"};
  job.submission.files = {{"data.txt", "content"}};
  job.submission.priority = 2;
  insert(job);
  ASSERT_TRUE(wait(store_->start(job.id, now_)));
  job::Outcome outcome = completed("out");
  outcome.stderr_bytes = "err";
  outcome.compile_output = "compiled";
  outcome.memory_bytes = 77;
  ASSERT_TRUE(wait(store_->finish(job.id, outcome, now_ + 1s)));

  Job expected = find(job.id);
  for (std::string* content : {&expected.submission.code, &expected.submission.stdin_bytes,
                               &expected.submission.files.front().content, &expected.outcome->stdout_bytes,
                               &expected.outcome->stderr_bytes, &expected.outcome->compile_output}) {
    EXPECT_FALSE(content->empty());
    content->clear();
  }
  EXPECT_THAT(list({}).jobs, ElementsAre(expected));
  EXPECT_THAT(list({.status = Status::completed}).jobs, ElementsAre(expected));
}

// --- unfinished and counts

TEST_P(StoreContract, TellsWhatIsUnfinishedOldestFirst) {
  const Job a = insert(make_job());
  insert_final(make_job(), now_);
  Job urgent = make_job("c");
  urgent.submission.priority = 9;
  insert(urgent);
  const Job b = insert(make_job());
  ASSERT_TRUE(wait(store_->start(b.id, now_)));

  auto all = wait(store_->unfinished(std::nullopt, 10));

  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[0].id, a.id);
  EXPECT_EQ((*all)[0].status, Status::pending);
  EXPECT_EQ((*all)[1].id, urgent.id);
  EXPECT_EQ((*all)[1].priority, 9u);
  EXPECT_EQ((*all)[2].id, b.id);
  EXPECT_EQ((*all)[2].status, Status::running);
  EXPECT_EQ((*all)[2].runs, 1);

  auto page = wait(store_->unfinished(a.id, 1));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->size(), 1u);
  EXPECT_EQ(page->front().id, urgent.id);
  auto rest = wait(store_->unfinished(b.id, 10));
  ASSERT_TRUE(rest);
  EXPECT_TRUE(rest->empty());
}

TEST_P(StoreContract, CountsEveryStatusFromTheBeginning) {
  EXPECT_EQ(counts(), counted(0, 0, 0, 0));
}

// --- retention

TEST_P(StoreContract, SweepsWhatIsTooOldOldestFirst) {
  const Job newer = insert_final(make_job(), now_ + 2s);
  const Job oldest = insert_final(make_job(), now_, Status::failed);
  const Job older = insert_final(make_job(), now_ + 1s);
  const Job pending = insert(make_job());
  const Retention retention{.age_max = 1h};

  auto swept = wait(store_->sweep(retention, now_ + 1h, 10));
  ASSERT_TRUE(swept);
  EXPECT_EQ(*swept, 0u) << "none is older than an hour yet";

  swept = wait(store_->sweep(retention, now_ + 1h + 2s, 1));
  ASSERT_TRUE(swept);
  EXPECT_EQ(*swept, 1u);
  EXPECT_EQ(error_of(store_->find(oldest.id)), Errc::not_found);

  swept = wait(store_->sweep(retention, now_ + 1h + 2s, 10));
  ASSERT_TRUE(swept);
  EXPECT_EQ(*swept, 1u);
  EXPECT_EQ(error_of(store_->find(older.id)), Errc::not_found);
  EXPECT_EQ(find(newer.id).status, Status::completed);
  EXPECT_EQ(find(pending.id), pending);
  EXPECT_EQ(counts(), counted(1, 0, 1, 0));
  EXPECT_THAT(ids(list({}).jobs), ElementsAre(pending.id, newer.id));
}

TEST_P(StoreContract, SweepsWhatIsTooMany) {
  std::vector<Job> jobs;
  for (int i = 0; i < 5; ++i) jobs.push_back(insert_final(make_job(), now_ + std::chrono::seconds(i)));
  for (int i = 0; i < 3; ++i) insert(make_job());
  const Retention retention{.count_max = 2};

  auto swept = wait(store_->sweep(retention, now_, 2));
  ASSERT_TRUE(swept);
  EXPECT_EQ(*swept, 2u);
  swept = wait(store_->sweep(retention, now_, 2));
  ASSERT_TRUE(swept);
  EXPECT_EQ(*swept, 1u);

  EXPECT_THAT(ids(list({.status = Status::completed}).jobs), ElementsAre(jobs[4].id, jobs[3].id));
  EXPECT_EQ(counts(), counted(3, 0, 2, 0));
}

// --- callbacks

constexpr auto lease = 30s;

Job with_callback() {
  Job job = make_job();
  job.submission.callback_url = "https://example.org/done?token=x";
  return job;
}

TEST_P(StoreContract, KeepsTheUrlOfACallback) {
  const Job job = insert(with_callback());

  EXPECT_EQ(find(job.id), job);
}

TEST_P(StoreContract, ACallbackIsDueOnceItsJobIsFinal) {
  const Job job = insert(with_callback());
  const TimePoint end = job.created_at + 10s;
  EXPECT_TRUE(claim(end).claimed.empty());
  EXPECT_EQ(claim(end).next, job.created_at + callback_look);

  ASSERT_TRUE(wait(store_->finish(job.id, completed(), end, Callback::wanted)));
  const DueCallbacks due = claim(end);

  ASSERT_EQ(due.claimed.size(), 1U);
  EXPECT_EQ(due.claimed[0].id, job.id);
  EXPECT_EQ(due.claimed[0].url, job.submission.callback_url);
  EXPECT_EQ(due.claimed[0].attempts, 0);
  EXPECT_EQ(due.claimed[0].leased_until, end + lease);
  EXPECT_FALSE(due.next);
}

TEST_P(StoreContract, ACallbackIsLookedAtThoughNobodySaidThatItsJobIsFinal) {
  const Job job = insert(with_callback());
  ASSERT_TRUE(wait(store_->finish(job.id, completed(), now_)));

  EXPECT_TRUE(claim(job.created_at + callback_look - 1ms).claimed.empty());
  EXPECT_EQ(claim(job.created_at + callback_look).claimed.size(), 1U);
}

TEST_P(StoreContract, AJobWithoutACallbackLeavesNoneDue) {
  insert_final(make_job(), now_);

  const DueCallbacks due = claim(now_ + 24h);

  EXPECT_TRUE(due.claimed.empty());
  EXPECT_FALSE(due.next);
}

TEST_P(StoreContract, NobodyElseHasAClaimedCallbackUntilItsLeaseEnds) {
  const Job job = insert_due();

  ASSERT_EQ(claim(now_).claimed.size(), 1U);
  EXPECT_TRUE(claim(now_ + lease - 1ms).claimed.empty());
  EXPECT_EQ(claim(now_ + lease - 1ms).next, now_ + lease);
  EXPECT_EQ(claim(now_ + lease).claimed.size(), 1U);
}

TEST_P(StoreContract, ACallbackPutOffIsDueThenWithItsAttempts) {
  insert_due();
  DueCallback callback = claim(now_).claimed.at(0);
  callback.attempts = 3;

  ASSERT_TRUE(wait(store_->put_off_callback(callback, now_ + 5min)));

  EXPECT_EQ(claim(now_ + lease).next, now_ + 5min);
  const DueCallbacks due = claim(now_ + 5min);
  ASSERT_EQ(due.claimed.size(), 1U);
  EXPECT_EQ(due.claimed[0].attempts, 3);
}

TEST_P(StoreContract, WhoseLeaseEndedPutsNothingOff) {
  insert_due();
  DueCallback late = claim(now_).claimed.at(0);
  late.attempts = 1;
  const DueCallback others = claim(now_ + lease).claimed.at(0);

  ASSERT_TRUE(wait(store_->put_off_callback(late, now_ + 24h)));

  EXPECT_EQ(claim(now_ + lease).next, others.leased_until);
}

TEST_P(StoreContract, ALookDoesNotPutOffWhatBecameDueMeanwhile) {
  const Job job = insert(with_callback());
  const TimePoint look = job.created_at + callback_look;
  const DueCallback looked_at = claim(look).claimed.at(0);
  ASSERT_TRUE(wait(store_->finish(job.id, completed(), look + 1s, Callback::wanted)));

  ASSERT_TRUE(wait(store_->put_off_callback(looked_at, look + 10min)));

  EXPECT_EQ(claim(look + 1s).claimed.size(), 1U);
}

TEST_P(StoreContract, ARemovedCallbackIsGone) {
  const Job job = insert_due();
  ASSERT_EQ(claim(now_).claimed.size(), 1U);

  EXPECT_TRUE(wait(store_->remove_callback(job.id)));
  EXPECT_TRUE(wait(store_->remove_callback(job.id)));

  EXPECT_TRUE(claim(now_ + 24h).claimed.empty());
  EXPECT_TRUE(store_ && find(job.id).outcome);
}

TEST_P(StoreContract, ClaimsTheLongestDueFirstAndNoMoreThanAskedFor) {
  std::vector<JobId> due;
  for (int i = 0; i < 5; ++i) due.push_back(insert_due(now_ - 1s * (5 - i)).id);

  const DueCallbacks first = claim(now_, 3);
  const DueCallbacks rest = claim(now_, 3);

  std::vector<JobId> claimed;
  for (const auto& part : {first, rest})
    for (const DueCallback& callback : part.claimed) claimed.push_back(callback.id);
  EXPECT_EQ(claimed, due);
  EXPECT_EQ(first.next, now_ - 2s);
}

TEST_P(StoreContract, ACallbackOutlivesItsProcessAndItsJob) {
  const Job job = insert_due();
  ASSERT_TRUE(wait(store_->sweep({.age_max = 0ms, .count_max = 0}, now_ + 1s, 100)));
  ASSERT_EQ(error_of(store_->find(job.id)), Errc::not_found);

  close();
  open();

  EXPECT_EQ(claim(now_).claimed.size(), 1U);
}

TEST_P(StoreContract, ABatchThatIsRefusedLeavesNoJobToCallBackAbout) {
  const Job taken = insert(make_job());
  std::vector<NewJob> batch = one(with_callback());
  batch.push_back(one(taken).front());
  const JobId refused = batch.front().job.id;
  ASSERT_EQ(error_of(store_->insert(batch)), Errc::conflict);

  // An entry may be left; a look at it finds no job.
  for (const DueCallback& left : claim(now_ + 24h).claimed) EXPECT_EQ(left.id, refused);
  EXPECT_EQ(error_of(store_->find(refused)), Errc::not_found);
}

// --- opening, closing, health

TEST_P(StoreContract, KeepsEverythingAcrossReopening) {
  Job job = make_job();
  ASSERT_TRUE(wait(store_->insert(one(job, "key", "same"))));
  ASSERT_TRUE(wait(store_->start(job.id, now_)));
  const Job final = insert_final(make_job(), now_);
  const Job before = find(final.id);

  close();
  open();

  job.status = Status::running;
  job.runs = 1;
  job.started_at = now_;
  EXPECT_EQ(find(job.id), job);
  EXPECT_EQ(find(final.id), before);
  EXPECT_EQ(counts(), counted(0, 1, 1, 0));
  auto again = wait(store_->insert(one(make_job(), "key", "same")));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->front().id, job.id);
}

TEST_P(StoreContract, AnswersWhatIsUnderWayBeforeItStops) {
  std::vector<Task<std::vector<Inserted>>> tasks;
  for (int i = 0; i < 50; ++i) tasks.push_back(store_->insert(one(make_job())));
  int answered = 0;
  for (auto& task : tasks) {
    net::co_spawn(loop_, std::move(task),
                  [&answered](std::exception_ptr, auto result) { answered += result ? 1 : 0; });
  }
  loop_.poll();

  ASSERT_TRUE(wait(store_->stop()));

  EXPECT_EQ(answered, 50);
}

TEST_P(StoreContract, StopsTwiceAndAnswersNoMore) {
  EXPECT_TRUE(wait(store_->stop()));
  EXPECT_TRUE(wait(store_->stop()));

  EXPECT_EQ(error_of(store_->insert(one(make_job()))), Errc::unavailable);
  EXPECT_EQ(error_of(store_->find(make_job().id)), Errc::unavailable);
  EXPECT_EQ(error_of(store_->counts()), Errc::unavailable);
  EXPECT_EQ(error_of(store_->check_health()), Errc::unavailable);
}

TEST_P(StoreContract, IsHealthyWhileItsWritesSucceed) {
  insert(make_job());

  EXPECT_TRUE(wait(store_->check_health()));
}

}  // namespace
}  // namespace code_exec::store
