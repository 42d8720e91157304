#include "callback/deliverer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <deque>

#include "base/fake_clock.h"
#include "base/run_for_test.h"
#include "callback/signature.h"
#include "store/fake_store.h"

namespace code_exec::callback {
namespace {

using namespace std::chrono_literals;
using job::JobId;
using testing::HasSubstr;

// Answers by host; a host without an answer does not answer until it is told to, or stopped.
class FakePost final : public HttpPost {
 public:
  explicit FakePost(net::any_io_executor executor) : changed_(std::move(executor)) {}

  Task<Answer> post(Post post) override {
    const std::string host = post.url.host;
    posts.push_back(std::move(post));
    ++under_way;
    most_under_way = std::max(most_under_way, under_way);
    while (!is_stopped && !answers.contains(host)) {
      auto waited = co_await changed_.wait();
      if (!waited) co_return waited.error();
    }
    --under_way;
    if (is_stopped) co_return Error{Errc::cancelled, "stopped", {}};
    co_return answers.at(host);
  }
  void stop() override {
    is_stopped = true;
    changed_.notify();
  }
  void answer(const std::string& host, Result<Answer> with) {
    answers.insert_or_assign(host, std::move(with));
    changed_.notify();
  }
  std::size_t posts_to(const std::string& host) const {
    return static_cast<std::size_t>(
        std::count_if(posts.begin(), posts.end(), [&](const Post& one) { return one.url.host == host; }));
  }

  std::vector<Post> posts;
  std::map<std::string, Result<Answer>> answers;
  std::size_t under_way = 0;
  std::size_t most_under_way = 0;
  bool is_stopped = false;

 private:
  Notifier changed_;
};

class DelivererTest : public testing::Test {
 protected:
  void SetUp() override { start(); }
  void TearDown() override { stop(); }

  void start() {
    http_.is_stopped = false;
    deliverer_ = std::make_unique<Deliverer>(
        DelivererParts{.executor = loop_.get_executor(),
                       .clock = clock_,
                       .store = store_,
                       .http = http_,
                       .encode = [this](const job::Job& job) { return encoded(job); },
                       .metrics = registry_},
        options_);
    settle();
  }
  void stop() {
    if (!deliverer_) return;
    EXPECT_TRUE(run_to_end(loop_, deliverer_->stop(0ms)));
    deliverer_.reset();
  }
  // Long, where the URL says so.
  std::string encoded(const job::Job& job) const {
    const bool is_long = job.submission.callback_url.find("long") != std::string::npos;
    return "job " + job.id.text() + std::string(is_long ? 400 : 0, 'x');
  }

  // Everything that can happen at this moment of the clock.
  void settle() {
    loop_.restart();
    while (loop_.poll() > 0) continue;
  }
  void advance(std::chrono::milliseconds by) {
    clock_.advance(by);
    settle();
  }

  JobId add(const std::string& url) {
    job::Job job{.id = JobId::make(clock_.now()), .created_at = clock_.now()};
    job.submission.callback_url = url;
    const JobId id = job.id;
    EXPECT_TRUE(run_to_end(loop_, store_.insert({{.job = std::move(job), .idempotency = {}}})));
    return id;
  }
  void finish(const JobId& id, store::Callback callback = store::Callback::wanted) {
    job::Outcome outcome{.status = job::Status::completed, .reason = job::Reason::none};
    EXPECT_TRUE(run_to_end(loop_, store_.finish(id, outcome, clock_.now(), callback)));
  }
  JobId add_final(const std::string& url) {
    const JobId id = add(url);
    finish(id);
    return id;
  }
  void wake() {
    deliverer_->wake();
    settle();
  }
  std::string metrics() { return prometheus::TextSerializer().Serialize(registry_.Collect()); }
  static std::string header(const Post& post, const std::string& name) {
    for (const auto& [key, value] : post.headers)
      if (key == name) return value;
    return "";
  }

  net::io_context loop_;
  FakeClock clock_;
  store::FakeStore store_;
  FakePost http_{loop_.get_executor()};
  prometheus::Registry registry_;
  DelivererOptions options_{.secret = "0123456789abcdef"};
  std::unique_ptr<Deliverer> deliverer_;
};

TEST_F(DelivererTest, PostsTheJobSignedAndOnce) {
  http_.answer("example.org", Answer{.status = 204});
  const JobId id = add_final("https://example.org/done?x=1");

  wake();

  ASSERT_EQ(http_.posts.size(), 1U);
  const Post& post = http_.posts[0];
  EXPECT_EQ(post.url.target, "/done?x=1");
  EXPECT_EQ(post.body, "job " + id.text());
  EXPECT_EQ(header(post, "Content-Type"), "application/json");
  EXPECT_EQ(header(post, "User-Agent"), "code-exec/" CODE_EXEC_VERSION);
  EXPECT_EQ(header(post, "X-Code-Exec-Delivery"), id.text());
  const std::string timestamp = header(post, "X-Code-Exec-Timestamp");
  EXPECT_EQ(timestamp, std::to_string(to_ms(clock_.now()) / 1000));
  EXPECT_EQ(header(post, "X-Code-Exec-Signature"), signature(options_.secret, timestamp, post.body));
  EXPECT_TRUE(store_.callbacks.empty());
  advance(48h);
  EXPECT_EQ(http_.posts.size(), 1U);
  EXPECT_THAT(metrics(), HasSubstr("code_exec_callbacks_total{result=\"delivered\"} 1"));
}

TEST_F(DelivererTest, BeginsWithWhatAnEarlierProcessLeft) {
  stop();
  http_.answer("a", Answer{.status = 200});
  add_final("http://a/");

  start();

  EXPECT_EQ(http_.posts.size(), 1U);
}

TEST_F(DelivererTest, DoesNotPostAJobThatIsNotFinal) {
  http_.answer("a", Answer{.status = 200});
  const JobId id = add("http://a/");

  advance(1h);
  EXPECT_TRUE(http_.posts.empty());
  EXPECT_EQ(store_.callbacks.at(id).attempts, 0);

  finish(id, store::Callback::none);  // whoever finished it died before the callback was due
  advance(15min);
  EXPECT_EQ(http_.posts.size(), 1U);
}

TEST_F(DelivererTest, TriesAgainLaterUntilItIsReceived) {
  http_.answer("a", Answer{.status = 500});
  add_final("http://a/");
  wake();
  EXPECT_EQ(http_.posts.size(), 1U);

  advance(3s);
  EXPECT_EQ(http_.posts.size(), 1U);
  http_.answer("a", Error{Errc::timeout, "read: timeout", {}});
  advance(4s);
  EXPECT_EQ(http_.posts.size(), 2U);
  http_.answer("a", Answer{.status = 200});
  advance(23s);
  EXPECT_EQ(http_.posts.size(), 2U);
  advance(14s);

  EXPECT_EQ(http_.posts.size(), 3U);
  EXPECT_TRUE(store_.callbacks.empty());
  EXPECT_EQ(header(http_.posts[0], "X-Code-Exec-Delivery"), header(http_.posts[2], "X-Code-Exec-Delivery"));
  EXPECT_NE(header(http_.posts[0], "X-Code-Exec-Timestamp"), header(http_.posts[2], "X-Code-Exec-Timestamp"));
}

TEST_F(DelivererTest, GivesUpAfterTheLastAttempt) {
  http_.answer("a", Answer{.status = 302});  // not followed
  add_final("http://a/");
  wake();

  for (int hour = 0; hour < 40; ++hour) advance(1h);

  EXPECT_EQ(http_.posts.size(), 10U);
  EXPECT_TRUE(store_.callbacks.empty());
  EXPECT_THAT(metrics(), HasSubstr("code_exec_callbacks_total{result=\"given_up\"} 1"));
  EXPECT_THAT(metrics(), HasSubstr("code_exec_callbacks_total{result=\"failed\"} 9"));
}

TEST_F(DelivererTest, GivesUpAtOnceWhenNobodyWantsIt) {
  http_.answer("a", Answer{.status = 410});
  add_final("http://a/");

  wake();

  EXPECT_TRUE(store_.callbacks.empty());
  EXPECT_THAT(metrics(), HasSubstr("code_exec_callbacks_total{result=\"given_up\"} 1"));
}

TEST_F(DelivererTest, WaitsAsLongAsTheReceiverAsks) {
  http_.answer("a", Answer{.status = 503, .retry_after = 100s});
  add_final("http://a/");
  wake();

  advance(99s);
  EXPECT_EQ(http_.posts.size(), 1U);
  advance(22s);
  EXPECT_EQ(http_.posts.size(), 2U);
}

TEST_F(DelivererTest, AReceiverThatDoesNotAnswerHoldsUpNoOther) {
  http_.answer("quick", Answer{.status = 200});
  for (int i = 0; i < 100; ++i) add_final("http://slow/");
  for (int i = 0; i < 10; ++i) add_final("http://quick/");

  wake();
  for (int i = 0; i < 10; ++i) advance(200ms);

  EXPECT_EQ(http_.posts_to("quick"), 10U);
  EXPECT_EQ(http_.posts_to("slow"), options_.per_host_max);
  EXPECT_EQ(http_.under_way, options_.per_host_max);
}

TEST_F(DelivererTest, WhatFoundNoPlaceAtItsHostComesLater) {
  for (int i = 0; i < 50; ++i) add_final("http://a/");
  wake();
  EXPECT_EQ(http_.posts.size(), options_.per_host_max);

  http_.answer("a", Answer{.status = 200});
  for (int i = 0; i < 100; ++i) advance(100ms);

  EXPECT_EQ(http_.posts.size(), 50U);
  EXPECT_TRUE(store_.callbacks.empty());
}

TEST_F(DelivererTest, HasABoundOnPostsUnderWay) {
  for (int i = 0; i < 100; ++i) add_final("http://host" + std::to_string(i) + "/");
  wake();
  EXPECT_EQ(http_.under_way, options_.under_way_max);

  for (int i = 0; i < 100; ++i) http_.answer("host" + std::to_string(i), Answer{.status = 200});
  settle();

  EXPECT_EQ(http_.posts.size(), 100U);
  EXPECT_EQ(http_.most_under_way, options_.under_way_max);
}

TEST_F(DelivererTest, HasABoundOnTheBytesOfLargeBodies) {
  stop();
  options_.small_body_bytes_max = 100;
  options_.large_bodies_bytes_max = 1000;
  start();
  for (int i = 0; i < 9; ++i) add_final("http://host" + std::to_string(i) + "/long");
  wake();
  EXPECT_EQ(http_.under_way, 2U);

  for (int i = 0; i < 9; ++i) http_.answer("host" + std::to_string(i), Answer{.status = 200});
  for (int i = 0; i < 20; ++i) advance(200ms);

  EXPECT_EQ(http_.posts.size(), 9U);
  EXPECT_EQ(http_.most_under_way, 2U);
}

TEST_F(DelivererTest, LargeBodiesKeepNoPlacesFromSmallOnes) {
  stop();
  options_.small_body_bytes_max = 100;
  options_.large_bodies_bytes_max = 300;
  start();
  for (int i = 0; i < 90; ++i) add_final("http://host" + std::to_string(i) + "/long");
  http_.answer("quick", Answer{.status = 200});
  for (int i = 0; i < 10; ++i) add_final("http://quick/");

  wake();
  for (int i = 0; i < 10; ++i) advance(200ms);

  EXPECT_EQ(http_.under_way, 1U) << "one goes, however large";
  EXPECT_EQ(http_.posts_to("quick"), 10U);
}

TEST_F(DelivererTest, WhatWasNotTriedIsNoAttempt) {
  http_.answer("a", Error{Errc::full, "too many lookups do not end", {}});
  const JobId id = add_final("http://a/");
  wake();
  for (int i = 0; i < 20; ++i) advance(1s);
  EXPECT_EQ(store_.callbacks.at(id).attempts, 0);

  http_.answer("a", Answer{.status = 200});
  advance(1s);

  EXPECT_TRUE(store_.callbacks.empty());
}

TEST_F(DelivererTest, ForgetsTheCallbackOfAJobThatIsGone) {
  const JobId id = add_final("http://a/");
  store_.jobs.erase(id);

  wake();

  EXPECT_TRUE(store_.callbacks.empty());
  EXPECT_TRUE(http_.posts.empty());
}

TEST_F(DelivererTest, GoesOnWhenTheStoreIsBack) {
  http_.answer("a", Answer{.status = 200});
  add_final("http://a/");
  store_.away = true;
  wake();
  EXPECT_TRUE(http_.posts.empty());

  store_.away = false;
  advance(6s);

  EXPECT_EQ(http_.posts.size(), 1U);
}

TEST_F(DelivererTest, WhatIsBrokenOffIsDueAtOnceAndNotCounted) {
  const JobId id = add_final("http://slow/");
  wake();
  ASSERT_EQ(http_.under_way, 1U);

  stop();

  EXPECT_EQ(store_.callbacks.at(id).due_at, clock_.now());
  EXPECT_EQ(store_.callbacks.at(id).attempts, 0);
  http_.answer("slow", Answer{.status = 200});
  start();
  EXPECT_EQ(http_.posts.size(), 2U);
}

TEST_F(DelivererTest, LetsWhatIsUnderWayEndWhenItStops) {
  add_final("http://slow/");
  wake();
  bool has_stopped = false;
  net::co_spawn(loop_, deliverer_->stop(1h),
                [&has_stopped](std::exception_ptr, Result<void>) { has_stopped = true; });
  settle();
  EXPECT_FALSE(has_stopped);
  add_final("http://other/");
  wake();

  http_.answer("slow", Answer{.status = 200});
  settle();

  EXPECT_TRUE(has_stopped);
  EXPECT_EQ(http_.posts.size(), 1U) << "nothing new was begun";
  EXPECT_EQ(store_.callbacks.size(), 1U);
}

TEST_F(DelivererTest, IsStillWhenNothingIsDue) {
  const int before = store_.claims;

  advance(10min);

  EXPECT_LE(store_.claims - before, 10);
}

}  // namespace
}  // namespace code_exec::callback
