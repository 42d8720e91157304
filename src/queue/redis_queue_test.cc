// What only a queue has that others write to; what it promises as every queue does is in
// queue_contract_test.cc.
#include "queue/redis_queue.h"

#include <gtest/gtest.h>

#include "base/run_for_test.h"
#include "redis/server_for_test.h"

namespace code_exec::queue {
namespace {

using namespace std::chrono_literals;

class RedisQueueTest : public testing::Test {
 protected:
  void SetUp() override {
    auto url = redis::server_for_test();
    if (!url) GTEST_SKIP() << url.error().detail;
    RedisQueueOptions redis;
    redis.connection.url = *url;
    queue_ = make_redis_queue(QueueOptions{.name = name_}, redis, loop_.get_executor(), system_clock());
    others_ = std::make_unique<redis::Connection>(loop_.get_executor(), redis.connection);
  }
  void TearDown() override {
    if (!queue_) return;
    EXPECT_TRUE(run_to_end(loop_, queue_->stop()));
    EXPECT_TRUE(run_to_end(loop_, others_->stop()));
  }
  redis::Reply ask(redis::Command command) {
    auto reply = run_to_end(loop_, others_->call(std::move(command)));
    EXPECT_TRUE(reply) << reply.error().detail;
    return reply ? *reply : redis::Reply();
  }
  std::string key(const std::string& name) { return "bull:" + name_ + ":" + name; }
  // As another client adds it.
  void add(const std::string& id, const std::string& options) {
    ask({"HSET", key(id), "name", "job", "data", "{}", "opts", options, "timestamp", "1", "priority", "nan"});
    ask({"LPUSH", key("wait"), id});
    ask({"ZADD", key("marker"), "0", "0"});
  }
  Result<Lease> claim() { return run_to_end(loop_, queue_->claim("w1")); }

  const std::string name_ = "others-" + std::to_string(::getpid());
  net::io_context loop_;
  std::unique_ptr<Queue> queue_;
  std::unique_ptr<redis::Connection> others_;
};

TEST_F(RedisQueueTest, FailsEntriesThatAreNoJobsOfOursAndGoesOn) {
  for (const char* id : {"1", "no uuid", "0190163D-8694-739B-AEA5-966C26F8AD91"}) add(id, "{}");
  const job::JobId ours = job::JobId::make(system_clock().now());
  ASSERT_TRUE(run_to_end(loop_, queue_->push(ours, {})));

  auto lease = claim();

  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->id, ours);
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (ask({"ZCARD", key("failed")}).integer < 3 && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_EQ(ask({"ZCARD", key("failed")}).integer, 3);
}

TEST_F(RedisQueueTest, TakesOptionsThatMakeNoSenseForNone) {
  const char* odd[] = {
      R"({"attempts":3,"stackTraceLimit":-1,"backoff":{"type":"exponential","delay":"nan"}})",
      R"({"attempts":"nan","removeOnComplete":{"age":"nan","limit":1e20,"count":"nan"}})",
      R"({"attempts":2,"backoff":1e300,"removeOnFail":{"count":1.5}})", "[]", "{"};
  for (const char* options : odd) {
    const job::JobId id = job::JobId::make(system_clock().now());
    add(id.text(), options);
    auto lease = claim();
    ASSERT_TRUE(lease) << options;
    EXPECT_EQ(lease->id, id);
    EXPECT_TRUE(run_to_end(loop_, queue_->fail(*lease, "it broke", FailAs::retryable))) << options;
    ask({"ZREM", key("delayed"), id.text()});

    const job::JobId another = job::JobId::make(system_clock().now());
    add(another.text(), options);
    lease = claim();
    while (lease && lease->id != another) lease = claim();  // the first one may have been tried again
    ASSERT_TRUE(lease) << options;
    EXPECT_TRUE(run_to_end(loop_, queue_->complete(*lease, "null"))) << options;
  }
  EXPECT_EQ(ask({"PING"}).text, "PONG");
}

TEST_F(RedisQueueTest, CleansEntriesWhoseTimesAreNone) {
  ask({"HSET", key("7"), "name", "job", "data", "{}", "opts", "{}", "timestamp", "then"});
  ask({"ZADD", key("failed"), "1", "7"});

  auto cleaned = run_to_end(loop_, queue_->clean(State::failed, 0ms, 10));

  ASSERT_TRUE(cleaned) << cleaned.error().detail;
  EXPECT_EQ(ask({"ZCARD", key("failed")}).integer, 0);
  EXPECT_EQ(ask({"EXISTS", key("7")}).integer, 0);
}

}  // namespace
}  // namespace code_exec::queue
