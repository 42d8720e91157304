#include "queue/local_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "base/fake_clock.h"
#include "base/run_for_test.h"

namespace code_exec::queue {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(QueueWords, StatesReadBackAsWritten) {
  for (State state : states) EXPECT_EQ(parse_state(to_string(state)), state);
  EXPECT_FALSE(parse_state("wait"));
}

TEST(QueueWords, ABackoffNeverExceedsTheLongestDelay) {
  const Backoff exponential{.type = Backoff::Type::exponential, .delay = 1s};
  EXPECT_EQ(delay_after(exponential, 1), 1s);
  EXPECT_EQ(delay_after(exponential, 4), 8s);
  EXPECT_EQ(delay_after(exponential, 1'000'000'000), delay_max);
  const Backoff fixed{.type = Backoff::Type::fixed, .delay = 1s};
  EXPECT_EQ(delay_after(fixed, 9), 1s);
  const Backoff none{.type = Backoff::Type::exponential, .delay = 0s};
  EXPECT_EQ(delay_after(none, 1'000'000'000), 0s);
}

TEST(QueueWords, BadOptionsAreNamed) {
  EXPECT_EQ(check({.priority = priority_max + 1}).error().field, "priority");
  EXPECT_EQ(check({.delay = delay_max + 1ms}).error().field, "delay");
  EXPECT_EQ(check({.attempts_max = -1}).error().field, "attempts");
  EXPECT_EQ(check({.backoff = {.delay = -1ms}}).error().field, "backoff.delay");
  EXPECT_TRUE(check({}));
}

class LocalQueue : public testing::Test {
 protected:
  struct Pending {
    std::optional<Result<Lease>> result;
    net::cancellation_signal signal;
  };

  void TearDown() override { ASSERT_TRUE(run_to_end(loop_, queue_->stop())); }

  std::shared_ptr<Pending> begin_claim() {
    auto pending = std::make_shared<Pending>();
    auto done = [pending](std::exception_ptr, Result<Lease> lease) { pending->result = std::move(lease); };
    net::co_spawn(loop_, queue_->claim("w"), net::bind_cancellation_slot(pending->signal.slot(), done));
    return pending;
  }

  std::shared_ptr<Pending> waiting_claim() {
    auto pending = begin_claim();
    poll();
    return pending;
  }

  job::JobId push(EntryOptions options = {}) {
    job::JobId id = job::JobId::make(clock_.now());
    EXPECT_TRUE(run_to_end(loop_, queue_->push(id, options)));
    return id;
  }

  // Runs `steps` as one handler, so that no claimer runs between them.
  void at_once(std::function<net::awaitable<void>()> steps) {
    auto run = [](std::function<net::awaitable<void>()> inner) -> Task<void> {
      co_await inner();
      co_return ok();
    };
    ASSERT_TRUE(run_to_end(loop_, run(std::move(steps))));
    poll();
  }

  void poll() {
    loop_.restart();
    loop_.poll();
  }

  const EntryOptions plain_;
  net::io_context loop_;
  FakeClock clock_;
  std::unique_ptr<Queue> queue_ =
      make_local_queue(QueueOptions{.name = "local"}, loop_.get_executor(), clock_);
};

TEST_F(LocalQueue, AClaimerCancelledAfterItWasCalledPassesItsTurnOn) {
  auto cancelled = waiting_claim();
  auto next = waiting_claim();
  const auto id = job::JobId::make(clock_.now());

  at_once([&]() -> net::awaitable<void> {
    (void)co_await queue_->push(id, plain_);
    cancelled->signal.emit(net::cancellation_type::terminal);
  });

  ASSERT_TRUE(cancelled->result);
  EXPECT_EQ(cancelled->result->error().code, Errc::cancelled);
  ASSERT_TRUE(next->result);
  EXPECT_EQ((*next->result)->id, id);
}

TEST_F(LocalQueue, ALoneClaimerCancelledAfterItWasCalledLeavesTheEntryWaiting) {
  auto cancelled = waiting_claim();
  std::vector<Event::Type> events;
  auto subscription = queue_->subscribe([&](const Event& event) { events.push_back(event.type); });

  at_once([&]() -> net::awaitable<void> {
    const auto id = job::JobId::make(clock_.now());
    (void)co_await queue_->push(id, plain_);
    cancelled->signal.emit(net::cancellation_type::terminal);
  });

  ASSERT_TRUE(cancelled->result);
  EXPECT_FALSE(*cancelled->result);
  EXPECT_EQ(run_to_end(loop_, queue_->counts())->at(State::waiting), 1u);
  EXPECT_THAT(events, ElementsAre(Event::Type::added, Event::Type::waiting));
}

TEST_F(LocalQueue, ANewClaimDoesNotOvertakeOneThatWasCalled) {
  auto first = waiting_claim();
  std::shared_ptr<Pending> second;
  const auto id = job::JobId::make(clock_.now());

  at_once([&]() -> net::awaitable<void> {
    (void)co_await queue_->push(id, plain_);
    second = begin_claim();
  });

  ASSERT_TRUE(first->result);
  EXPECT_EQ((*first->result)->id, id);
  EXPECT_FALSE(second->result);
}

TEST_F(LocalQueue, AClaimerCalledInVainKeepsItsPlace) {
  auto first = waiting_claim();
  auto second = waiting_claim();
  const auto gone = job::JobId::make(clock_.now());

  at_once([&]() -> net::awaitable<void> {
    (void)co_await queue_->push(gone, plain_);
    (void)co_await queue_->remove(gone);
  });
  EXPECT_FALSE(first->result);
  at_once([&]() -> net::awaitable<void> {
    (void)co_await queue_->push(gone, plain_);
    (void)co_await queue_->pause();
  });
  EXPECT_FALSE(first->result);
  ASSERT_TRUE(run_to_end(loop_, queue_->resume()));
  poll();

  EXPECT_TRUE(first->result);
  EXPECT_FALSE(second->result);
}

TEST_F(LocalQueue, TheTimerWakesAClaimWithoutAnyCall) {
  auto pending = waiting_claim();
  push({.delay = 1h});
  poll();
  push({.delay = 1min});  // sooner than what the timer sleeps for

  clock_.advance(1min);
  poll();

  EXPECT_TRUE(pending->result);
}

TEST_F(LocalQueue, ManySoonerDeadlinesInOneTurnAreAllSeen) {
  auto pending = waiting_claim();
  at_once([&]() -> net::awaitable<void> {
    for (int minutes = 60; minutes > 0; --minutes) {
      const auto id = job::JobId::make(clock_.now());
      const EntryOptions options{.delay = std::chrono::minutes(minutes)};
      (void)co_await queue_->push(id, options);
    }
  });

  clock_.advance(1min);
  poll();

  EXPECT_TRUE(pending->result);
}

TEST_F(LocalQueue, AListenerMayEndItsOwnSubscription) {
  int calls = 0;
  std::unique_ptr<Queue::Subscription> subscription;
  subscription = queue_->subscribe([&](const Event&) {
    ++calls;
    subscription.reset();
  });

  push();

  EXPECT_EQ(calls, 1);
}

TEST_F(LocalQueue, StaysQuickWithAHundredThousandEntries) {
  constexpr int entries = 100'000;
  auto work = [](Queue& queue, Clock& clock) -> Task<void> {
    for (int i = 0; i < entries; ++i) {
      const auto id = job::JobId::make(clock.now());
      const EntryOptions options{.priority = static_cast<std::uint32_t>(i % 3)};
      auto pushed = co_await queue.push(id, options);
      if (!pushed) co_return pushed;
    }
    for (int i = 0; i < entries; ++i) {
      auto lease = co_await queue.claim("w");
      if (!lease) co_return lease.error();
      auto completed = co_await queue.complete(std::move(*lease), "null");
      if (!completed) co_return completed;
    }
    co_return ok();
  };
  const auto begun = std::chrono::steady_clock::now();

  ASSERT_TRUE(run_to_end(loop_, work(*queue_, clock_), 60s));

  // It takes 0.2 s, under sanitizers 1.5 s; anything quadratic takes minutes.
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  RecordProperty("seconds", std::to_string(took.count()));
  EXPECT_EQ(run_to_end(loop_, queue_->counts())->at(State::completed), 1000u);
  EXPECT_LT(took, 30s);
}

}  // namespace
}  // namespace code_exec::queue
