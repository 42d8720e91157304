// What every queue promises, whatever it is made of. A backend joins with one line at the end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "base/fake_clock.h"
#include "base/run_for_test.h"
#include "queue/local_queue.h"
#include "queue/redis_queue.h"
#include "redis/server_for_test.h"

namespace code_exec::queue {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Ids = std::vector<job::JobId>;
using Type = Event::Type;

struct Backend {
  const char* name;
  // Errc::unavailable skips the test, with the detail as what is needed.
  Result<std::unique_ptr<Queue>> (*make)(QueueOptions options, net::io_context& loop, Clock& clock);
  // For a backend that keeps leases by a clock of its own.
  void (*pass)(const std::string& queue, std::chrono::milliseconds by);
};

// A claim that may have to wait; ends with the test.
struct PendingClaim {
  std::optional<Result<Lease>> result;
  net::cancellation_signal signal;
};

class QueueContract : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override { open(QueueOptions{}); }

  void TearDown() override {
    close();
    loop_.poll();
  }

  void open(QueueOptions options) {
    close();
    static int opened = 0;
    options.name = "contract-" + std::to_string(::getpid()) + "-" + std::to_string(++opened);
    options.lease_ttl = lease_ttl;
    queue_name_ = options.name;
    auto made = GetParam().make(options, loop_, clock_);
    if (!made && made.error().code == Errc::unavailable) GTEST_SKIP() << made.error().detail;
    ASSERT_TRUE(made) << made.error().detail;
    queue_ = std::move(*made);
    events_.clear();
    subscription_ = queue_->subscribe([this](const Event& event) { events_.push_back(event.type); });
  }

  void close() {
    if (!queue_) return;
    EXPECT_TRUE(run_to_end(loop_, queue_->stop()));
    subscription_.reset();
    queue_.reset();
  }

  job::JobId new_id() { return job::JobId::make(clock_.now()); }

  job::JobId push(EntryOptions options = {}) {
    job::JobId id = new_id();
    auto pushed = run_to_end(loop_, queue_->push(id, options));
    EXPECT_TRUE(pushed) << pushed.error().detail;
    return id;
  }

  Lease claim(std::string worker = "w1") {
    auto lease = run_to_end(loop_, queue_->claim(std::move(worker)));
    EXPECT_TRUE(lease) << lease.error().detail;
    return *lease;
  }

  // Time passes, for the backend's leases too.
  void pass(std::chrono::milliseconds by) {
    clock_.advance(by);
    if (GetParam().pass) GetParam().pass(queue_name_, by);
  }

  job::JobId claimed_id() { return claim().id; }

  std::shared_ptr<PendingClaim> begin_claim() {
    auto pending = std::make_shared<PendingClaim>();
    auto done = [pending](std::exception_ptr, Result<Lease> lease) { pending->result = std::move(lease); };
    net::co_spawn(loop_, queue_->claim("w1"), net::bind_cancellation_slot(pending->signal.slot(), done));
    turn();
    return pending;
  }

  // Lets what is under way go as far as it can.
  void turn() {
    (void)counts();
    loop_.poll();
  }

  template <class Condition>
  bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      loop_.restart();
      loop_.run_one_for(10ms);
    }
    return condition();
  }

  Lease lease_of(const std::shared_ptr<PendingClaim>& pending) {
    EXPECT_TRUE(eventually([&] { return pending->result.has_value(); }));
    EXPECT_TRUE(*pending->result) << pending->result->error().detail;
    return **pending->result;
  }

  State fail(const Lease& lease, FailAs how = FailAs::retryable) {
    auto state = run_to_end(loop_, queue_->fail(lease, "it broke", how));
    EXPECT_TRUE(state) << state.error().detail;
    return *state;
  }

  void complete(const Lease& lease) {
    auto completed = run_to_end(loop_, queue_->complete(lease, "null"));
    EXPECT_TRUE(completed) << completed.error().detail;
  }

  std::map<State, std::size_t> counts() {
    auto counts = run_to_end(loop_, queue_->counts());
    EXPECT_TRUE(counts);
    return *counts;
  }

  Entry find(const job::JobId& id) {
    auto entry = run_to_end(loop_, queue_->find(id));
    EXPECT_TRUE(entry) << entry.error().detail;
    return *entry;
  }

  Ids list(State state, std::size_t offset = 0, std::size_t count = 100, Order order = Order::oldest_first) {
    auto entries = run_to_end(loop_, queue_->list(state, offset, count, order));
    EXPECT_TRUE(entries);
    Ids ids;
    for (const Entry& entry : *entries) ids.push_back(entry.id);
    return ids;
  }

  template <class T>
  Errc error_of(Task<T> task) {
    auto result = run_to_end(loop_, std::move(task));
    EXPECT_FALSE(result);
    return result ? Errc::internal : result.error().code;
  }

  bool has_event(Type type) { return std::find(events_.begin(), events_.end(), type) != events_.end(); }

  static constexpr auto lease_ttl = 30s;
  net::io_context loop_;
  FakeClock clock_;
  std::string queue_name_;
  std::vector<Type> events_;
  std::string returned_;
  std::unique_ptr<Queue> queue_;
  std::unique_ptr<Queue::Subscription> subscription_;
};

// --- order -------------------------------------------------------------------------------------------------

TEST_P(QueueContract, HandsOutInTheOrderOfArrival) {
  const auto first = push();
  const auto second = push();

  EXPECT_EQ(claimed_id(), first);
  EXPECT_EQ(claimed_id(), second);
}

TEST_P(QueueContract, TakesWaitingBeforePrioritizedAndLowNumbersFirst) {
  const auto low = push({.priority = 10});
  const auto high = push({.priority = 1});
  const auto high_later = push({.priority = 1});
  const auto none = push();
  EXPECT_EQ(find(low).state, State::prioritized);

  EXPECT_EQ(claimed_id(), none);
  EXPECT_EQ(claimed_id(), high);
  EXPECT_EQ(claimed_id(), high_later);
  EXPECT_EQ(claimed_id(), low);
}

TEST_P(QueueContract, WaitsUntilADelayedEntryIsDue) {
  const auto id = push({.delay = 5s});
  EXPECT_EQ(find(id).state, State::delayed);
  EXPECT_EQ(find(id).due_at, clock_.now() + 5s);
  auto pending = begin_claim();
  pass(4999ms);
  turn();
  EXPECT_FALSE(pending->result);

  pass(1ms);

  EXPECT_EQ(lease_of(pending).id, id);
  EXPECT_FALSE(find(id).due_at);
}

TEST_P(QueueContract, HonoursASoonerDelayPushedLater) {
  push({.delay = 1h});
  const auto sooner = push({.delay = 1min});
  auto pending = begin_claim();

  pass(1min);

  EXPECT_EQ(lease_of(pending).id, sooner);
}

TEST_P(QueueContract, KeepsThePriorityOfADelayedEntry) {
  const auto delayed = push({.priority = 1, .delay = 1s});
  const auto other = push({.priority = 2});
  pass(1s);
  EXPECT_TRUE(eventually([&] { return counts()[State::prioritized] == 2; }));

  EXPECT_EQ(claimed_id(), delayed);
  EXPECT_EQ(claimed_id(), other);
}

// --- claims ------------------------------------------------------------------------------------------------

TEST_P(QueueContract, ServesWaitingClaimsFirstComeFirstServed) {
  auto first = begin_claim();
  auto second = begin_claim();

  const auto a = push();
  EXPECT_EQ(lease_of(first).id, a);
  turn();
  EXPECT_FALSE(second->result);
  const auto b = push();

  EXPECT_EQ(lease_of(second).id, b);
}

TEST_P(QueueContract, ACancelledClaimTakesNothing) {
  auto pending = begin_claim();
  pending->signal.emit(net::cancellation_type::terminal);
  ASSERT_TRUE(eventually([&] { return pending->result.has_value(); }));
  ASSERT_FALSE(*pending->result);
  EXPECT_EQ(pending->result->error().code, Errc::cancelled);

  const auto id = push();

  EXPECT_EQ(claimed_id(), id);
}

TEST_P(QueueContract, AClaimCancelledWhileAnEntryComesLosesNothing) {
  auto cancelled = begin_claim();
  auto next = begin_claim();
  const auto id = new_id();
  auto push_then_cancel = [](Queue& queue, job::JobId job, net::cancellation_signal& signal) -> Task<void> {
    const EntryOptions options;
    auto pushed = co_await queue.push(job, options);
    signal.emit(net::cancellation_type::terminal);
    co_return pushed;
  };

  ASSERT_TRUE(run_to_end(loop_, push_then_cancel(*queue_, id, cancelled->signal)));

  ASSERT_TRUE(eventually([&] { return cancelled->result.has_value(); }));
  if (*cancelled->result) {  // it was quicker than the cancellation: it has the lease, and nobody else has
    EXPECT_EQ((*cancelled->result)->id, id);
    turn();
    EXPECT_FALSE(next->result);
  } else {
    EXPECT_EQ(lease_of(next).id, id);
  }
}

TEST_P(QueueContract, StopEndsEveryClaim) {
  auto first = begin_claim();
  auto second = begin_claim();

  ASSERT_TRUE(run_to_end(loop_, queue_->stop()));
  ASSERT_TRUE(run_to_end(loop_, queue_->stop()));

  for (const auto& pending : {first, second}) {
    ASSERT_TRUE(eventually([&] { return pending->result.has_value(); }));
    ASSERT_FALSE(*pending->result);
    EXPECT_EQ(pending->result->error().code, Errc::cancelled);
  }
  EXPECT_EQ(error_of(queue_->claim("w1")), Errc::cancelled);
}

// --- leases ------------------------------------------------------------------------------------------------

TEST_P(QueueContract, TellsWhoWorksOnAnEntry) {
  const auto id = push();

  const Lease lease = claim("w7");

  EXPECT_EQ(lease.id, id);
  EXPECT_EQ(lease.attempt, 1);
  EXPECT_EQ(lease.expires_at, clock_.now() + lease_ttl);
  const Entry entry = find(id);
  EXPECT_EQ(entry.state, State::active);
  EXPECT_EQ(entry.worker, "w7");
  EXPECT_EQ(entry.processed_at, clock_.now());
}

TEST_P(QueueContract, RedeliversAJobWhoseLeaseExpiredBeforeAllOthers) {
  const auto id = push();
  const Lease late = claim();
  push();

  pass(lease_ttl + 1ms);
  EXPECT_TRUE(eventually([&] { return counts()[State::waiting] == 2; }));

  const Lease again = claim();
  EXPECT_EQ(again.id, id);
  EXPECT_EQ(find(id).stalled_count, 1);
  EXPECT_EQ(find(id).attempts_made, 0);
  EXPECT_TRUE(eventually([&] { return has_event(Type::stalled); }));
  EXPECT_EQ(error_of(queue_->complete(late, "null")), Errc::conflict);
  EXPECT_EQ(error_of(queue_->fail(late, "late", FailAs::retryable)), Errc::conflict);
  EXPECT_EQ(error_of(queue_->renew(late)), Errc::conflict);
  EXPECT_EQ(error_of(queue_->release(late)), Errc::conflict);
  complete(again);
}

TEST_P(QueueContract, WakesAWaitingClaimWhenALeaseExpires) {
  const auto id = push();
  claim();
  auto pending = begin_claim();

  pass(lease_ttl + 1ms);

  EXPECT_EQ(lease_of(pending).id, id);
}

TEST_P(QueueContract, ARenewedLeaseLastsLonger) {
  push();
  Lease lease = claim();
  pass(20s);

  auto renewed = run_to_end(loop_, queue_->renew(lease));

  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->expires_at, clock_.now() + lease_ttl);
  pass(20s);
  turn();
  complete(*renewed);
  EXPECT_EQ(counts()[State::completed], 1u);
}

TEST_P(QueueContract, FailsAnEntryThatStalledTooOften) {
  open(QueueOptions{.stalled_max = 1});
  const auto id = push();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(claimed_id(), id);
    pass(lease_ttl + 1ms);
    EXPECT_TRUE(eventually([&] { return counts()[State::active] == 0; }));
  }
  // A backend may leave the last step to the next claim.
  auto pending = begin_claim();

  EXPECT_TRUE(eventually([&] { return counts()[State::failed] == 1; }));

  EXPECT_FALSE(pending->result);
  EXPECT_EQ(find(id).failed_reason, stalled_reason);
}

TEST_P(QueueContract, AReleasedEntryIsTakenNext) {
  const auto id = push({.priority = 5});
  const Lease lease = claim();
  push();

  ASSERT_TRUE(run_to_end(loop_, queue_->release(lease)));

  EXPECT_EQ(find(id).attempts_made, 0);
  EXPECT_EQ(find(id).stalled_count, 0);
  const Lease again = claim();
  EXPECT_EQ(again.id, id);
  EXPECT_EQ(again.attempt, 1);
  EXPECT_EQ(error_of(queue_->complete(lease, "null")), Errc::conflict);
}

// --- the ends of an attempt --------------------------------------------------------------------------------

TEST_P(QueueContract, RemembersWhatACompletedEntryReturned) {
  const auto id = push();
  const Lease lease = claim();
  pass(1s);

  ASSERT_TRUE(run_to_end(loop_, queue_->complete(lease, R"({"exitCode":0})")));

  const Entry entry = find(id);
  EXPECT_EQ(entry.state, State::completed);
  EXPECT_EQ(entry.return_value, R"({"exitCode":0})");
  EXPECT_EQ(entry.attempts_made, 1);
  EXPECT_EQ(entry.finished_at, clock_.now());
  EXPECT_EQ(error_of(queue_->complete(lease, "null")), Errc::conflict);
}

TEST_P(QueueContract, RetriesAFailureAfterTheBackoffUntilAttemptsMax) {
  const auto id = push({.attempts_max = 3, .backoff = {.type = Backoff::Type::exponential, .delay = 1s}});
  for (const auto backoff : {1s, 2s}) {
    EXPECT_EQ(fail(claim()), State::delayed);
    EXPECT_EQ(find(id).due_at, clock_.now() + backoff);
    pass(backoff);
  }
  const Lease last = claim();
  EXPECT_EQ(last.attempt, 3);

  EXPECT_EQ(fail(last), State::failed);

  const Entry entry = find(id);
  EXPECT_EQ(entry.attempts_made, 3);
  EXPECT_EQ(entry.failed_reason, "it broke");
  EXPECT_THAT(entry.stacktrace, ElementsAre("it broke", "it broke", "it broke"));
  EXPECT_EQ(entry.finished_at, clock_.now());
}

TEST_P(QueueContract, AFixedBackoffDoesNotGrow) {
  const auto id = push({.backoff = {.type = Backoff::Type::fixed, .delay = 3s}});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(fail(claim()), State::delayed);
    EXPECT_EQ(find(id).due_at, clock_.now() + 3s);
    pass(3s);
  }
}

TEST_P(QueueContract, WithoutBackoffAFailureWaitsBehindTheOthers) {
  const auto id = push({.backoff = {.delay = 0ms}});
  const Lease lease = claim();
  const auto other = push();

  EXPECT_EQ(fail(lease), State::waiting);

  EXPECT_EQ(claimed_id(), other);
  EXPECT_EQ(claimed_id(), id);
}

TEST_P(QueueContract, AFinalFailureIsNotRetried) {
  const auto id = push();

  EXPECT_EQ(fail(claim(), FailAs::final), State::failed);

  EXPECT_EQ(find(id).attempts_made, 1);
}

TEST_P(QueueContract, KeepsOnlyTheLatestFinishedEntries) {
  open(QueueOptions{.completed_kept_max = 2, .failed_kept_max = 1});
  Ids ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(push());
    const Lease lease = claim();
    pass(1ms);
    if (i < 3)
      complete(lease);
    else
      fail(lease, FailAs::final);
  }

  EXPECT_THAT(list(State::completed), ElementsAre(ids[1], ids[2]));
  EXPECT_THAT(list(State::failed), ElementsAre(ids[4]));
  EXPECT_EQ(error_of(queue_->find(ids[0])), Errc::not_found);
}

// --- bounds and doubles ------------------------------------------------------------------------------------

TEST_P(QueueContract, RefusesMoreUnfinishedEntriesThanItsBound) {
  open(QueueOptions{.unfinished_max = 3});
  push();
  const Lease lease = claim();
  push({.priority = 1});
  push({.delay = 1h});
  EXPECT_EQ(error_of(queue_->push(new_id(), {})), Errc::full);

  complete(lease);

  push();
  EXPECT_EQ(error_of(queue_->retry(lease.id)), Errc::full);
}

TEST_P(QueueContract, RefusesAnIdThatIsNotFinished) {
  const auto id = push();
  EXPECT_EQ(error_of(queue_->push(id, {})), Errc::conflict);
  const Lease lease = claim();
  EXPECT_EQ(error_of(queue_->push(id, {})), Errc::conflict);
  complete(lease);

  EXPECT_TRUE(run_to_end(loop_, queue_->push(id, {})));

  EXPECT_EQ(find(id).attempts_made, 0);
  EXPECT_EQ(claimed_id(), id);
  EXPECT_EQ(counts()[State::completed], 0u);
}

TEST_P(QueueContract, RefusesOptionsOutOfRange) {
  EXPECT_EQ(error_of(queue_->push(new_id(), {.priority = priority_max + 1})), Errc::invalid);
  EXPECT_EQ(error_of(queue_->push(new_id(), {.delay = -1ms})), Errc::invalid);
}

// --- what a board does -------------------------------------------------------------------------------------

TEST_P(QueueContract, CountsEveryState) {
  push();
  complete(claim());
  push();
  fail(claim(), FailAs::final);
  push();
  claim();
  push();
  push({.priority = 1});
  push({.delay = 1h});

  const auto counted = counts();

  EXPECT_EQ(counted.size(), states.size());
  for (const auto& [state, count] : counted) EXPECT_EQ(count, 1u) << to_string(state);
}

TEST_P(QueueContract, ListsPagesInBothOrders) {
  Ids ids;
  for (int i = 0; i < 5; ++i) ids.push_back(push());

  EXPECT_THAT(list(State::waiting, 1, 2), ElementsAre(ids[1], ids[2]));
  EXPECT_THAT(list(State::waiting, 1, 2, Order::newest_first), ElementsAre(ids[3], ids[2]));
  EXPECT_THAT(list(State::waiting, 4, 2), ElementsAre(ids[4]));
  EXPECT_THAT(list(State::waiting, 5, 2), IsEmpty());
  EXPECT_THAT(list(State::active), IsEmpty());
}

TEST_P(QueueContract, APausedQueueHandsOutNothing) {
  ASSERT_TRUE(run_to_end(loop_, queue_->pause()));
  EXPECT_TRUE(*run_to_end(loop_, queue_->is_paused()));
  auto pending = begin_claim();
  const auto id = push();
  turn();
  EXPECT_FALSE(pending->result);
  EXPECT_EQ(counts()[State::waiting], 1u);

  ASSERT_TRUE(run_to_end(loop_, queue_->resume()));

  EXPECT_EQ(lease_of(pending).id, id);
  EXPECT_FALSE(*run_to_end(loop_, queue_->is_paused()));
}

TEST_P(QueueContract, WhatIsActiveGoesOnWhilePaused) {
  push();
  const Lease lease = claim();
  ASSERT_TRUE(run_to_end(loop_, queue_->pause()));

  complete(lease);

  EXPECT_EQ(counts()[State::completed], 1u);
}

TEST_P(QueueContract, HandsOutNoMoreThanItsConcurrencyAtOneTime) {
  EXPECT_EQ(*run_to_end(loop_, queue_->concurrency()), 0u);
  ASSERT_TRUE(run_to_end(loop_, queue_->set_concurrency(1)));
  EXPECT_EQ(*run_to_end(loop_, queue_->concurrency()), 1u);
  push();
  push();
  push();
  const Lease lease = claim();
  auto second = begin_claim();
  auto third = begin_claim();
  turn();
  EXPECT_FALSE(second->result);

  complete(lease);
  const Lease next = lease_of(second);
  turn();
  EXPECT_FALSE(third->result);
  EXPECT_EQ(fail(next), State::delayed);

  lease_of(third);
  EXPECT_EQ(counts()[State::active], 1u);
}

TEST_P(QueueContract, ConcurrencyThatIsRaisedWakesWhoWaits) {
  ASSERT_TRUE(run_to_end(loop_, queue_->set_concurrency(1)));
  push();
  push();
  claim();
  auto pending = begin_claim();
  turn();
  EXPECT_FALSE(pending->result);

  ASSERT_TRUE(run_to_end(loop_, queue_->set_concurrency(0)));

  lease_of(pending);
  EXPECT_EQ(*run_to_end(loop_, queue_->concurrency()), 0u);
}

TEST_P(QueueContract, NamesThoseWhoClaim) {
  EXPECT_THAT(*run_to_end(loop_, queue_->workers()), IsEmpty());
  push();
  claim("host:7");
  std::vector<WorkerInfo> workers;
  EXPECT_TRUE(eventually([&] {
    workers = *run_to_end(loop_, queue_->workers());
    return !workers.empty();
  }));

  ASSERT_EQ(workers.size(), 1u);
  EXPECT_EQ(workers[0].name, "host:7");
  EXPECT_FALSE(workers[0].id.empty());
}

TEST_P(QueueContract, RetryMakesAFinishedEntryWaitAgain) {
  const auto id = push();
  fail(claim(), FailAs::final);

  ASSERT_TRUE(run_to_end(loop_, queue_->retry(id)));

  const Entry entry = find(id);
  EXPECT_EQ(entry.state, State::waiting);
  EXPECT_EQ(entry.attempts_made, 0);
  EXPECT_FALSE(entry.finished_at);
  EXPECT_EQ(entry.failed_reason, "");
  EXPECT_EQ(error_of(queue_->retry(id)), Errc::conflict);
  const Lease lease = claim();
  EXPECT_EQ(lease.attempt, 1);
  EXPECT_EQ(error_of(queue_->retry(id)), Errc::conflict);
  EXPECT_EQ(error_of(queue_->retry(new_id())), Errc::not_found);
}

TEST_P(QueueContract, RemovesWhatIsNotActive) {
  const auto active = push();
  const Lease lease = claim();
  const auto waiting = push();
  const auto delayed = push({.delay = 1h});

  EXPECT_TRUE(run_to_end(loop_, queue_->remove(waiting)));
  EXPECT_TRUE(run_to_end(loop_, queue_->remove(delayed)));

  EXPECT_EQ(error_of(queue_->remove(active)), Errc::conflict);
  EXPECT_EQ(error_of(queue_->remove(waiting)), Errc::not_found);
  EXPECT_EQ(error_of(queue_->find(waiting)), Errc::not_found);
  complete(lease);
  EXPECT_TRUE(run_to_end(loop_, queue_->remove(active)));
  EXPECT_EQ(error_of(queue_->complete(lease, "null")), Errc::not_found);
  for (const auto& [state, count] : counts()) EXPECT_EQ(count, 0u) << to_string(state);
}

TEST_P(QueueContract, PromotesADelayedEntry) {
  const auto id = push({.delay = 1h});
  auto pending = begin_claim();

  ASSERT_TRUE(run_to_end(loop_, queue_->promote(id)));

  EXPECT_EQ(lease_of(pending).id, id);
  EXPECT_EQ(error_of(queue_->promote(id)), Errc::conflict);
  EXPECT_EQ(error_of(queue_->promote(new_id())), Errc::not_found);
}

TEST_P(QueueContract, CleansWhatIsOldEnough) {
  Ids ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(push());
    complete(claim());
    pass(10s);
  }

  auto limited = run_to_end(loop_, queue_->clean(State::completed, 15s, 2));
  ASSERT_TRUE(limited);
  EXPECT_THAT(*limited, ElementsAre(ids[0], ids[1]));
  auto rest = run_to_end(loop_, queue_->clean(State::completed, 15s, 100));
  ASSERT_TRUE(rest);
  EXPECT_THAT(*rest, ElementsAre(ids[2]));

  EXPECT_THAT(list(State::completed), ElementsAre(ids[3]));
  EXPECT_EQ(error_of(queue_->clean(State::active, 0ms, 100)), Errc::invalid);
}

TEST_P(QueueContract, CleansWhatHasNotBegun) {
  push();
  push({.delay = 1h});

  EXPECT_EQ(run_to_end(loop_, queue_->clean(State::waiting, 0ms, 100))->size(), 1u);
  EXPECT_EQ(run_to_end(loop_, queue_->clean(State::delayed, 0ms, 100))->size(), 1u);

  for (const auto& [state, count] : counts()) EXPECT_EQ(count, 0u) << to_string(state);
}

TEST_P(QueueContract, TellsListenersTheWayOfAJob) {
  push();
  complete(claim());

  EXPECT_TRUE(eventually([&] { return events_.size() >= 5; }));
  EXPECT_THAT(events_, ElementsAre(Type::added, Type::waiting, Type::active, Type::completed, Type::drained));
}

TEST_P(QueueContract, TellsListenersAboutFailuresAndPauses) {
  const auto id = push({.delay = 1s});
  ASSERT_TRUE(run_to_end(loop_, queue_->promote(id)));
  const Lease lease = claim();
  push({.delay = 1h});
  fail(lease, FailAs::final);
  ASSERT_TRUE(run_to_end(loop_, queue_->remove(id)));
  ASSERT_TRUE(run_to_end(loop_, queue_->pause()));
  ASSERT_TRUE(run_to_end(loop_, queue_->resume()));

  EXPECT_TRUE(eventually([&] { return has_event(Type::resumed); }));
  EXPECT_THAT(events_,
              ElementsAre(Type::added, Type::delayed, Type::waiting, Type::active, Type::added, Type::delayed,
                          Type::failed, Type::drained, Type::removed, Type::paused, Type::resumed));
}

TEST_P(QueueContract, TellsWhatACompletedEntryReturned) {
  subscription_ = queue_->subscribe([this](const Event& event) {
    events_.push_back(event.type);
    if (event.type == Type::completed) returned_ = event.return_value;
  });
  push();
  const Lease lease = claim();
  ASSERT_TRUE(run_to_end(loop_, queue_->complete(lease, R"({"a":1})")));

  EXPECT_TRUE(eventually([&] { return has_event(Type::completed); }));
  EXPECT_EQ(returned_, R"({"a":1})");
}

TEST_P(QueueContract, StaysItsIncarnationWhileNothingIsLost) {
  const auto before = run_to_end(loop_, queue_->incarnation());
  push();
  complete(claim());

  EXPECT_EQ(*run_to_end(loop_, queue_->incarnation()), *before);
}

Result<std::unique_ptr<Queue>> make_local(QueueOptions options, net::io_context& loop, Clock& clock) {
  return make_local_queue(std::move(options), loop.get_executor(), clock);
}

Result<std::unique_ptr<Queue>> make_in_redis(QueueOptions options, net::io_context& loop, Clock& clock) {
  auto url = redis::server_for_test();
  if (!url) return url.error();
  RedisQueueOptions redis;
  redis.connection.url = *url;
  return make_redis_queue(std::move(options), redis, loop.get_executor(), clock);
}

// Runs down the time that the queue's locks have left to live.
void pass_in_redis(const std::string& queue, std::chrono::milliseconds by) {
  static constexpr const char* script = R"(
    for _, lock in ipairs(redis.call("KEYS", ARGV[1])) do
      redis.call("PEXPIRE", lock, math.max(redis.call("PTTL", lock) - ARGV[2], 0))
    end)";
  net::io_context loop;
  redis::Connection connection(loop.get_executor(), {.url = *redis::server_for_test()});
  const redis::Command command{"EVAL", script, "0", "bull:" + queue + ":*:lock", std::to_string(by.count())};
  EXPECT_TRUE(run_to_end(loop, connection.call(command)));
  EXPECT_TRUE(run_to_end(loop, connection.stop()));
}

INSTANTIATE_TEST_SUITE_P(Local, QueueContract, testing::Values(Backend{"local", make_local, nullptr}));
INSTANTIATE_TEST_SUITE_P(Redis, QueueContract,
                         testing::Values(Backend{"redis", make_in_redis, pass_in_redis}));

}  // namespace
}  // namespace code_exec::queue
