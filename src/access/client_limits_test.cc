#include "access/client_limits.h"

#include <gtest/gtest.h>

#include "base/fake_clock.h"

namespace code_exec::access {
namespace {

using namespace std::chrono_literals;
using Verdict = ClientLimits::Verdict;

class Clients : public testing::Test {
 protected:
  Verdict submit(const std::string& name = "a") { return clients_.admit(name, limits_, true).verdict; }
  int admitted(int asked) {
    int count = 0;
    for (int i = 0; i < asked; ++i) count += submit() == Verdict::admitted;
    return count;
  }

  FakeClock clock_;
  ClientLimits clients_{clock_, 3};
  Limits limits_{.rate = 2, .burst = 5};
};

TEST_F(Clients, WithoutLimitsEverythingIsAdmittedAndNobodyRemembered) {
  limits_ = {};
  EXPECT_EQ(admitted(1000), 1000);
  EXPECT_EQ(clients_.admit("a", limits_, true).client, nullptr);
}

TEST_F(Clients, ABurstAndThenTheRate) {
  EXPECT_EQ(admitted(20), 5);
  clock_.advance(499ms);
  EXPECT_EQ(admitted(20), 0);
  clock_.advance(1ms);
  EXPECT_EQ(admitted(20), 1);
  clock_.advance(1h);
  EXPECT_EQ(admitted(20), 5);
}

TEST_F(Clients, WithoutABurstThoseOfOneSecondAndAtLeastOne) {
  limits_ = {.rate = 3};
  EXPECT_EQ(admitted(20), 3);
  limits_ = {.rate = 0.1};
  EXPECT_EQ(clients_.admit("b", limits_, true).verdict, Verdict::admitted);
  EXPECT_EQ(clients_.admit("b", limits_, true).verdict, Verdict::too_fast);
  clock_.advance(10s);
  EXPECT_EQ(clients_.admit("b", limits_, true).verdict, Verdict::admitted);
}

TEST_F(Clients, WhoIsTooFastLearnsWhenToComeBack) {
  limits_ = {.rate = 0.25, .burst = 1};
  submit();
  EXPECT_EQ(clients_.admit("a", limits_, true).retry_after, 4s);
  clock_.advance(3500ms);
  EXPECT_EQ(clients_.admit("a", limits_, true).retry_after, 1s);
  clock_.advance(1s);
  EXPECT_EQ(submit(), Verdict::admitted);
}

TEST_F(Clients, OnlySubmissionsCount) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(clients_.admit("a", limits_, false).verdict, Verdict::admitted);
  EXPECT_EQ(admitted(20), 5);
  EXPECT_EQ(clients_.admit("a", limits_, false).verdict, Verdict::admitted);
}

TEST_F(Clients, ABatchIsOwedAndPaid) {
  const auto admission = clients_.admit("a", limits_, true);
  ClientLimits::charge(*admission.client, 25);
  EXPECT_EQ(clients_.admit("a", limits_, true).retry_after, 11s);  // 5 - 25 = -20: 21 tokens at 2 a second
  clock_.advance(10s);
  EXPECT_EQ(submit(), Verdict::too_fast);
  clock_.advance(500ms);
  EXPECT_EQ(admitted(20), 1);
}

TEST_F(Clients, AClockThatIsSetBackNeitherGivesNorTakes) {
  EXPECT_EQ(admitted(3), 3);
  clock_.advance(-1h);
  EXPECT_EQ(admitted(20), 2);
  clock_.advance(1s);
  EXPECT_EQ(admitted(20), 2);
}

TEST_F(Clients, OneClientDoesNotTakeFromAnother) {
  EXPECT_EQ(admitted(20), 5);
  EXPECT_EQ(submit("b"), Verdict::admitted);
}

TEST_F(Clients, RequestsUnderWayAreBoundedUntilTheirLeasesGo) {
  limits_ = {.concurrency = 2};
  auto first = clients_.admit("a", limits_, false);
  auto second = clients_.admit("a", limits_, true);
  EXPECT_EQ(clients_.admit("a", limits_, false).verdict, Verdict::too_many_at_once);
  EXPECT_EQ(clients_.admit("b", limits_, false).verdict, Verdict::admitted);
  first.lease.reset();
  EXPECT_EQ(clients_.admit("a", limits_, false).verdict, Verdict::admitted);  // and let go at once
  auto third = clients_.admit("a", limits_, false);
  EXPECT_EQ(third.verdict, Verdict::admitted);
  EXPECT_EQ(clients_.admit("a", limits_, false).verdict, Verdict::too_many_at_once);
}

TEST_F(Clients, WhoIsRefusedForConcurrencyPaysNothing) {
  limits_.concurrency = 1;
  {
    const auto under_way = clients_.admit("a", limits_, false);
    EXPECT_EQ(admitted(20), 0);
  }
  EXPECT_EQ(admitted(20), 5);
}

TEST_F(Clients, OfTooManyWhoWasSilentLongestIsForgotten) {
  EXPECT_EQ(admitted(20), 5);
  submit("b");
  submit("c");
  EXPECT_EQ(submit("a"), Verdict::too_fast);
  submit("d");  // b goes
  EXPECT_EQ(submit("a"), Verdict::too_fast);
  submit("e");
  submit("f");
  EXPECT_EQ(submit("a"), Verdict::too_fast);
  submit("g");
  submit("h");
  submit("i");
  EXPECT_EQ(admitted(20), 5);
}

TEST_F(Clients, ALeaseOutlivesWhoeverForgotItsClient) {
  limits_ = {.concurrency = 1};
  auto held = clients_.admit("a", limits_, false);
  for (const char* other : {"b", "c", "d", "e"}) clients_.admit(other, limits_, false);
  held = {};
  EXPECT_EQ(clients_.admit("a", limits_, false).verdict, Verdict::admitted);
}

}  // namespace
}  // namespace code_exec::access
