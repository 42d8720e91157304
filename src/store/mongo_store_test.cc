// What is MongoDB's alone; what it promises as every store does is in store_contract_test.cc.
#include "store/mongo_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/run_for_test.h"
#include "mongo/client.h"
#include "mongo/server_for_test.h"
#include "store/store_for_test.h"

namespace code_exec::store {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class MongoStoreTest : public testing::Test {
 protected:
  void TearDown() override {
    for (auto& store : stores_) EXPECT_TRUE(wait(store->stop()));
  }

  // On one database, which is the test's own.
  JobStore* open() {
    auto address = mongo::server_for_test();
    if (!address) return nullptr;
    return open_at(uri());
  }
  static std::string uri() {
    const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
    return "mongodb://" + *mongo::server_for_test() + "/" + test.substr(0, 40);
  }
  JobStore* open_at(const std::string& uri) {
    auto opened =
        open_mongo_store({.uri = uri, .executor = loop_.get_executor(), .expire_after = std::nullopt});
    EXPECT_TRUE(opened) << opened.error().detail;
    stores_.push_back(std::move(*opened));
    return stores_.back().get();
  }
  template <class T>
  Result<T> wait(Task<T> task) {
    return run_to_end(loop_, std::move(task));
  }
  static std::string needed() { return "needs mongod or ferretdb: scripts/install-ferretdb.sh"; }

  const TimePoint now_ = from_ms(1'700'000'100'000);
  net::io_context loop_;
  std::vector<std::unique_ptr<JobStore>> stores_;
};

TEST_F(MongoStoreTest, RefusesAUriThatIsNone) {
  for (const char* uri : {"", "localhost", "postgres://localhost", "mongodb://", "mongodb://host:port/"}) {
    auto opened =
        open_mongo_store({.uri = uri, .executor = loop_.get_executor(), .expire_after = std::nullopt});
    ASSERT_FALSE(opened) << uri;
    EXPECT_EQ(opened.error().code, Errc::invalid) << uri;
  }
}

TEST_F(MongoStoreTest, RefusesOptionsWithWhichJobsCouldBeLost) {
  for (const char* options : {"w=0", "readPreference=secondary", "readPreference=primaryPreferred"}) {
    auto opened = open_mongo_store({.uri = std::string("mongodb://localhost/?") + options,
                                    .executor = loop_.get_executor(),
                                    .expire_after = std::nullopt});
    ASSERT_FALSE(opened) << options;
    EXPECT_EQ(opened.error().code, Errc::invalid);
  }
}

TEST_F(MongoStoreTest, DoesNotShowThePasswordOfAUriThatItCannotRead) {
  auto opened = open_mongo_store({.uri = "mongodb://me:open:sesame@localhost/x",
                                  .executor = loop_.get_executor(),
                                  .expire_after = std::nullopt});

  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail, testing::Not(HasSubstr("sesame")));
}

TEST_F(MongoStoreTest, AResultStandsThoughTheJobIsMadeToRunAgain) {
  JobStore* store = open();
  if (!store) GTEST_SKIP() << needed();
  const job::Job job = make_job();
  ASSERT_TRUE(wait(store->insert(one(job))));
  ASSERT_TRUE(wait(store->finish(job.id, completed("the result"), now_)));
  // As a start does that looked at the job just before it ended; and then a release.
  for (const char* status : {"running", "pending"}) {
    auto pool = mongo::Pool::open(uri(), 1);
    ASSERT_TRUE(pool);
    mongo::Document filter;
    filter.text("_id", job.id.text());
    mongo::Document set;
    set.text("status", status);
    mongo::Document change;
    change.document("$set", set);
    ASSERT_TRUE((*pool)->client()->update_one("jobs", filter, change, mongo::Client::Missing::leave));

    const auto found = wait(store->find(job.id));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->status, job::Status::completed) << status;
    EXPECT_EQ(found->outcome->stdout_bytes, "the result");
    EXPECT_EQ(wait(store->start(job.id, now_)).error().code, Errc::conflict) << "it is mended";
  }
}

TEST_F(MongoStoreTest, ADocumentThatIsNoJobHidesNoOthers) {
  JobStore* store = open();
  if (!store) GTEST_SKIP() << needed();
  const job::Job job = make_job();
  ASSERT_TRUE(wait(store->insert(one(job))));
  auto pool = mongo::Pool::open(uri(), 1);
  ASSERT_TRUE(pool);
  const auto client = (*pool)->client();
  mongo::Client::Bulk bulk(*client, "jobs");
  mongo::Document odd;
  odd.text("_id", "00-none").text("status", "pending");
  bulk.insert(odd);
  ASSERT_TRUE(bulk.execute());

  EXPECT_EQ(wait(store->unfinished(std::nullopt, 10))->size(), 1u);
  EXPECT_EQ(wait(store->list({}))->jobs.size(), 1u);
}

TEST_F(MongoStoreTest, IsUnavailableWhileItsServerIsNotThere) {
  JobStore* store =
      open_at("mongodb://127.0.0.1:" + std::to_string(free_port()) + "/?serverSelectionTimeoutMS=100");
  std::vector<NewJob> jobs = one(make_job());

  auto inserted = wait(store->insert(jobs));
  ASSERT_FALSE(inserted);
  EXPECT_EQ(inserted.error().code, Errc::unavailable);
  EXPECT_THAT(inserted.error().detail, HasSubstr("mongodb"));
  EXPECT_EQ(wait(store->find(jobs.front().job.id)).error().code, Errc::unavailable);
  EXPECT_EQ(wait(store->check_health()).error().code, Errc::unavailable);
}

TEST_F(MongoStoreTest, KeepsWhatIsTooLargeForADocument) {
  JobStore* store = open();
  if (!store) GTEST_SKIP() << needed();
  job::Job job = make_job();
  job.submission.stdin_bytes = std::string(9 << 20, '\xfe');
  job.submission.files = {{"big", std::string(10 << 20, 'f')}};
  ASSERT_TRUE(wait(store->insert(one(job))));
  job.outcome = completed(std::string(16 << 20, '\0'));
  job.outcome->stderr_bytes = std::string(16 << 20, '\xff');
  job.status = job::Status::completed;
  job.finished_at = now_;
  ASSERT_TRUE(wait(store->finish(job.id, *job.outcome, now_)));

  EXPECT_EQ(*wait(store->find(job.id)), job);
  // Of another result, which comes too late, nothing stays; nor of the job that has expired.
  EXPECT_EQ(wait(store->finish(job.id, *job.outcome, now_)).error().code, Errc::conflict);
  EXPECT_EQ(*wait(store->sweep({.age_max = 1h}, now_ + 2h, 10)), 1u);
  EXPECT_EQ(wait(store->find(job.id)).error().code, Errc::not_found);
  EXPECT_EQ(*wait(store->sweep({.age_max = 1h}, now_ + 2h, 10)), 0u);
}

TEST_F(MongoStoreTest, RefusesALargeJobWhoseIdIsTakenAndKeepsTheOther) {
  JobStore* store = open();
  if (!store) GTEST_SKIP() << needed();
  job::Job job = make_job();
  job.submission.stdin_bytes = std::string(16 << 20, 'a');
  ASSERT_TRUE(wait(store->insert(one(job))));
  job::Job other = job;
  other.submission.stdin_bytes = std::string(16 << 20, 'b');

  EXPECT_EQ(wait(store->insert(one(other))).error().code, Errc::conflict);

  EXPECT_EQ(*wait(store->find(job.id)), job);
}

TEST_F(MongoStoreTest, OneOfManyProcessesGivesAJobItsResult) {
  if (!open()) GTEST_SKIP() << needed();
  for (int i = 0; i < 3; ++i) open();
  const job::Job job = make_job();
  ASSERT_TRUE(wait(stores_.front()->insert(one(job))));
  int left = 0;
  int accepted = 0;
  for (int i = 0; i < 40; ++i) {
    JobStore& store = *stores_[static_cast<std::size_t>(i) % stores_.size()];
    ++left;
    net::co_spawn(loop_, store.finish(job.id, completed(std::to_string(i)), now_),
                  [&](std::exception_ptr, Result<void> finished) {
                    accepted += finished ? 1 : 0;
                    --left;
                  });
  }
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  loop_.restart();
  while (left > 0 && std::chrono::steady_clock::now() < deadline) loop_.run_one_until(deadline);
  ASSERT_EQ(left, 0);

  EXPECT_EQ(accepted, 1);
  const std::string result = wait(stores_[0]->find(job.id))->outcome->stdout_bytes;
  for (auto& store : stores_) EXPECT_EQ(wait(store->find(job.id))->outcome->stdout_bytes, result);
}

}  // namespace
}  // namespace code_exec::store
