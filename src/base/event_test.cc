#include "base/event.h"

#include <gtest/gtest.h>

#include "base/run_for_test.h"
#include "base/task_group.h"

namespace code_exec {
namespace {

using namespace std::chrono_literals;

TEST(Latch, LetsEveryoneThroughOnceSet) {
  net::io_context loop;
  Latch latch(loop.get_executor());
  TaskGroup group(loop.get_executor());
  int passed = 0;
  auto waiter = [](Latch& l, int& count) -> net::awaitable<void> {
    auto waited = co_await l.wait();
    if (waited) ++count;
  };
  group.spawn("waiter", waiter(latch, passed));
  group.spawn("waiter", waiter(latch, passed));
  loop.poll();
  EXPECT_EQ(passed, 0);

  latch.set();

  ASSERT_TRUE(run_to_end(loop, group.join()));
  EXPECT_EQ(passed, 2);
  EXPECT_TRUE(run_to_end(loop, latch.wait()));
}

TEST(Notifier, TellsATimeoutFromANotification) {
  net::io_context loop;
  Notifier notifier(loop.get_executor());

  auto waited = run_to_end(loop, notifier.wait_until(std::chrono::steady_clock::now() + 1ms));

  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code, Errc::timeout);
}

TEST(TaskGroup, StopCancelsWhatWaits) {
  net::io_context loop;
  Notifier never(loop.get_executor());
  TaskGroup group(loop.get_executor());
  Errc seen = Errc::internal;
  auto waiter = [](Notifier& n, Errc& code) -> net::awaitable<void> {
    auto waited = co_await n.wait();
    if (!waited) code = waited.error().code;
  };
  group.spawn("waiter", waiter(never, seen));
  loop.poll();

  ASSERT_TRUE(run_to_end(loop, group.stop()));

  EXPECT_EQ(seen, Errc::cancelled);
  EXPECT_EQ(group.size(), 0u);
}

}  // namespace
}  // namespace code_exec
