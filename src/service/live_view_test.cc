#include "service/live_view.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "base/fake_clock.h"
#include "base/run_for_test.h"
#include "store/fake_store.h"

namespace code_exec::service {
namespace {

using namespace std::chrono_literals;
using sandbox::Stream;
using Type = LiveEvent::Type;

class LiveViewTest : public testing::Test {
 protected:
  LiveViewTest() {
    job::Job job{.id = job::JobId::make(clock_.now()), .created_at = clock_.now()};
    id_ = job.id;
    store_.jobs.emplace(id_, std::move(job));
  }

  std::unique_ptr<BeginningLiveView> watch(
      LivePosition from = {}, Chunks chunks = Chunks::whole_characters,
      std::chrono::milliseconds recheck = std::chrono::milliseconds::max()) {
    LiveViewParts parts{loop_.get_executor(), store_, waiters_, live_, recheck};
    auto view = make_live_view(parts, id_, from, chunks);
    EXPECT_TRUE(run_to_end(loop_, view->begin()));
    return view;
  }
  Result<LiveEvent> next(LiveView& view) {
    return run_to_end(loop_, view.next(std::chrono::steady_clock::now() + 20ms));
  }
  // The texts of what comes until nothing does.
  std::string all(LiveView& view) {
    std::string text;
    for (;;) {
      auto event = next(view);
      if (!event) return text + (event.error().code == Errc::timeout ? "" : event.error().detail);
      if (event->type == Type::status) text += "<" + std::string(to_string(event->status)) + ">";
      if (event->type == Type::stdout_bytes) text += "out:" + event->bytes;
      if (event->type == Type::stderr_bytes) text += "err:" + event->bytes;
      if (event->type == Type::result) return text + "<result>";
    }
  }
  void finish(std::string stdout_bytes, std::string stderr_bytes = {}) {
    job::Outcome outcome{.status = job::Status::completed, .reason = job::Reason::none};
    outcome.stdout_bytes = std::move(stdout_bytes);
    outcome.stderr_bytes = std::move(stderr_bytes);
    ASSERT_TRUE(run_to_end(loop_, store_.finish(id_, outcome, clock_.now())));
  }
  std::int64_t start() {
    EXPECT_TRUE(run_to_end(loop_, store_.start(id_, clock_.now())));
    return to_ms(clock_.now());
  }

  net::io_context loop_;
  FakeClock clock_;
  store::FakeStore store_;
  Waiters waiters_;
  live::LiveRuns live_;
  job::JobId id_ = job::JobId::make(clock_.now());
};

TEST_F(LiveViewTest, TellsAJobFromItsWaitToItsResult) {
  auto view = watch();
  EXPECT_EQ(all(*view), "<pending>");
  auto run = live_.begin(id_, start(), nullptr);
  EXPECT_EQ(all(*view), "<running>");
  run->append(Stream::stdout_stream, "one");
  EXPECT_EQ(all(*view), "out:one");
  run->append(Stream::stderr_stream, "two");
  run.reset();
  EXPECT_EQ(all(*view), "err:two");
  finish("one.", "two");
  waiters_.publish(store_.jobs.at(id_));
  EXPECT_EQ(all(*view), "out:.<result>");
}

TEST_F(LiveViewTest, TellsOneWhoComesLateAllOfIt) {
  start();
  finish("one", "two");
  EXPECT_EQ(all(*watch()), "<completed>out:oneerr:two<result>");
}

TEST_F(LiveViewTest, TellsOfARunThatTheStoreDoesNotKnowYet) {
  auto run = live_.begin(id_, to_ms(clock_.now()), nullptr);
  run->append(Stream::stdout_stream, "one");
  EXPECT_EQ(all(*watch()), "<running>out:one");
}

TEST_F(LiveViewTest, GoesOnFromWhereAClientWas) {
  const std::int64_t run = start();
  finish("0123456789");
  EXPECT_EQ(all(*watch({run, 4, 0})), "<completed>out:456789<result>");
  EXPECT_EQ(all(*watch({run, 99, 99})), "<completed><result>");
}

TEST_F(LiveViewTest, BeginsAnewForAClientOfAnotherRun) {
  const std::int64_t run = start();
  finish("0123456789");
  EXPECT_EQ(all(*watch({run - 1, 4, 0})), "<completed>out:0123456789<result>");
}

// Its run was given up, and the next one has printed other things.
TEST_F(LiveViewTest, TellsThatARunBeganAnew) {
  auto view = watch();
  auto first = live_.begin(id_, start(), nullptr);
  first->append(Stream::stdout_stream, "first");
  EXPECT_EQ(all(*view), "<running>out:first");
  first.reset();
  clock_.advance(5ms);
  auto second = live_.begin(id_, start(), nullptr);
  second->append(Stream::stdout_stream, "2");
  EXPECT_EQ(all(*view), "<running>out:2");
}

TEST_F(LiveViewTest, TellsTheResultOfARunThatItDidNotSee) {
  auto view = watch();
  auto first = live_.begin(id_, start(), nullptr);
  first->append(Stream::stdout_stream, "first");
  EXPECT_EQ(all(*view), "<running>out:first");
  clock_.advance(5ms);
  start();
  finish("second");
  waiters_.publish(store_.jobs.at(id_));
  EXPECT_EQ(all(*view), "<completed>out:second<result>");
}

TEST_F(LiveViewTest, NeverCutsACharacterInText) {
  auto view = watch();
  auto run = live_.begin(id_, start(), nullptr);
  run->append(Stream::stdout_stream, "a\xe2\x82");
  EXPECT_EQ(all(*view), "<running>out:a");
  run->append(Stream::stdout_stream, "\xac");
  EXPECT_EQ(all(*view), "out:\xe2\x82\xac");
}

TEST_F(LiveViewTest, GivesBytesAsTheyComeWhereTheyAreAskedFor) {
  auto view = watch({}, Chunks::any_bytes);
  auto run = live_.begin(id_, start(), nullptr);
  run->append(Stream::stdout_stream, "a\xe2");
  EXPECT_EQ(all(*view), "<running>out:a\xe2");
}

TEST_F(LiveViewTest, GivesWhatIsCutAtTheVeryEnd) {
  start();
  finish("a\xe2");
  EXPECT_EQ(all(*watch()), "<completed>out:a\xe2<result>");
}

TEST_F(LiveViewTest, GivesMuchInPieces) {
  start();
  finish(std::string(live_chunk_bytes + 1, 'x'));
  auto view = watch();
  ASSERT_TRUE(next(*view));  // the status
  auto piece = next(*view);
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->bytes.size(), live_chunk_bytes);
}

// With workers elsewhere an event may be missed.
TEST_F(LiveViewTest, LooksForItselfNowAndThen) {
  auto view = watch({}, Chunks::whole_characters, 1ms);
  EXPECT_EQ(all(*view), "<pending>");
  start();
  finish("done");
  EXPECT_EQ(all(*view), "<completed>out:done<result>");
}

TEST_F(LiveViewTest, LooksWhenItIsWoken) {
  auto view = watch({}, Chunks::whole_characters, 1h);
  EXPECT_EQ(all(*view), "<pending>");
  start();
  finish("done");
  waiters_.wake(id_);
  EXPECT_EQ(all(*view), "<completed>out:done<result>");
}

TEST_F(LiveViewTest, DoesNotFindAJobThatIsNotThere) {
  LiveViewParts parts{loop_.get_executor(), store_, waiters_, live_, std::chrono::milliseconds::max()};
  auto view = make_live_view(parts, job::JobId::make(clock_.now()), {}, Chunks::any_bytes);
  EXPECT_EQ(run_to_end(loop_, view->begin()).error().code, Errc::not_found);
}

}  // namespace
}  // namespace code_exec::service
