#include "live/live_runs.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "base/time.h"

namespace code_exec::live {
namespace {

using sandbox::RunInput;
using sandbox::Stream;

class LiveRunsTest : public testing::Test {
 protected:
  std::shared_ptr<RunInput> open_input() {
    return std::make_shared<RunInput>(loop_.get_executor(), RunInput::Stdin::open);
  }

  net::io_context loop_;
  LiveRuns live_;
  const job::JobId id_ = job::JobId::make(from_ms(1'000));
};

TEST_F(LiveRunsTest, ShowsAWatcherWhatARunPrinted) {
  int changes = 0;
  auto watch = live_.watch(id_, [&] { ++changes; });
  EXPECT_EQ(watch->output(), nullptr);

  auto run = live_.begin(id_, 7, nullptr);
  run->append(Stream::stdout_stream, "one");
  run->append(Stream::stderr_stream, "two");

  EXPECT_EQ(changes, 3);
  ASSERT_NE(watch->output(), nullptr);
  EXPECT_EQ(watch->output()->run, 7);
  EXPECT_EQ(watch->output()->stdout_bytes, "one");
  EXPECT_EQ(watch->output()->stderr_bytes, "two");
}

TEST_F(LiveRunsTest, ShowsOneWhoComesLateAllOfIt) {
  auto run = live_.begin(id_, 7, nullptr);
  run->append(Stream::stdout_stream, "early");
  auto watch = live_.watch(id_, [] {});
  EXPECT_EQ(watch->output()->stdout_bytes, "early");
}

TEST_F(LiveRunsTest, LetsAWatcherReadOnWhenTheRunHasEnded) {
  auto watch = live_.watch(id_, [] {});
  auto run = live_.begin(id_, 7, open_input());
  run->append(Stream::stdout_stream, "all");
  run.reset();
  EXPECT_EQ(live_.tell(id_, {.type = Message::Type::end_of_input}).error().code, Errc::conflict);
  EXPECT_EQ(watch->output()->stdout_bytes, "all");
}

TEST_F(LiveRunsTest, ShowsTheLaterOfTwoRunsWhicheverEndsFirst) {
  auto first = live_.begin(id_, 1, nullptr);
  auto second = live_.begin(id_, 2, nullptr);
  auto watch = live_.watch(id_, [] {});
  first->append(Stream::stdout_stream, "first");
  second->append(Stream::stdout_stream, "second");
  second.reset();
  first->append(Stream::stdout_stream, "more");
  first.reset();
  EXPECT_EQ(watch->output()->run, 2);
  EXPECT_EQ(watch->output()->stdout_bytes, "second");
}

TEST_F(LiveRunsTest, TellsTheRunGoingOn) {
  auto input = open_input();
  auto run = live_.begin(id_, 1, input);
  int signal = 0;
  input->on_signal([&](int number) { signal = number; });

  EXPECT_TRUE(live_.tell(id_, {.type = Message::Type::input, .bytes = "hello"}));
  EXPECT_TRUE(live_.tell(id_, {.type = Message::Type::signal, .signal = SIGINT}));
  EXPECT_TRUE(live_.tell(id_, {.type = Message::Type::end_of_input}));

  EXPECT_EQ(signal, SIGINT);
  EXPECT_EQ(live_.tell(id_, {.type = Message::Type::input, .bytes = "late"}).error().code, Errc::conflict);
}

TEST_F(LiveRunsTest, RefusesWhatNobodyReads) {
  auto run = live_.begin(id_, 1, open_input());
  const Message full{.type = Message::Type::input, .bytes = std::string(sandbox::input_waiting_max, 'x')};
  EXPECT_TRUE(live_.tell(id_, full));
  EXPECT_EQ(live_.tell(id_, {.type = Message::Type::input, .bytes = "x"}).error().code, Errc::full);
}

TEST_F(LiveRunsTest, SaysThatAJobDoesNotRun) {
  EXPECT_EQ(live_.tell(id_, {.type = Message::Type::end_of_input}).error().code, Errc::conflict);
  live_.begin(id_, 1, open_input());  // and ends
  EXPECT_EQ(live_.tell(id_, {.type = Message::Type::end_of_input}).error().code, Errc::conflict);
}

// As a watcher of runs elsewhere does: it shows a run for as long as somebody here watches.
class Mirror final : public Elsewhere {
 public:
  explicit Mirror(LiveRuns& live) : live_(live) { live.set_elsewhere(this); }
  ~Mirror() override { live_.set_elsewhere(nullptr); }
  void watched(const job::JobId&) override { ++watched_count; }
  void unwatched(const job::JobId&) override { shown.reset(); }
  Result<void> tell(const job::JobId&, Message message) override {
    told.push_back(std::move(message));
    return ok();
  }
  std::unique_ptr<LiveRuns::Run> shown;
  std::vector<Message> told;
  int watched_count = 0;

 private:
  LiveRuns& live_;
};

TEST_F(LiveRunsTest, AsksElsewhereForAsLongAsSomebodyWatches) {
  Mirror elsewhere(live_);
  auto watch = live_.watch(id_, [] {});
  auto other = live_.watch(id_, [] {});
  elsewhere.shown = live_.begin(id_, 1, nullptr);
  elsewhere.shown->append(Stream::stdout_stream, "there");
  EXPECT_EQ(watch->output()->stdout_bytes, "there");
  other.reset();
  EXPECT_NE(elsewhere.shown, nullptr);
  watch.reset();
  EXPECT_EQ(elsewhere.shown, nullptr);
  EXPECT_EQ(elsewhere.watched_count, 1);
}

TEST_F(LiveRunsTest, DoesNotAskElsewhereForThoseElsewhere) {
  Mirror elsewhere(live_);
  auto watch = live_.watch(
      id_, [] {}, Watcher::elsewhere);
  watch.reset();
  EXPECT_EQ(elsewhere.watched_count, 0);
}

TEST_F(LiveRunsTest, TellsElsewhereWhatIsForARunThatIsNotHere) {
  Mirror elsewhere(live_);
  EXPECT_TRUE(live_.tell(id_, {.type = Message::Type::input, .bytes = "x"}));
  EXPECT_EQ(elsewhere.told.size(), 1u);
  auto run = live_.begin(id_, 1, open_input());
  EXPECT_TRUE(live_.tell(id_, {.type = Message::Type::input, .bytes = "x"}));
  EXPECT_EQ(elsewhere.told.size(), 1u);
}

TEST_F(LiveRunsTest, RefusesASignalThatWouldHoldTheSlot) {
  auto input = open_input();
  input->on_signal([](int) { FAIL(); });
  EXPECT_EQ(input->signal(SIGSTOP).error().code, Errc::invalid);
  EXPECT_EQ(input->signal(0).error().code, Errc::invalid);
}

}  // namespace
}  // namespace code_exec::live
