// Slots whose inits are played by the test, and lie: each harms at most the run it was given, which is
// refused as ours, and its slot is made anew.
#include "sandbox/host/slots.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <random>

namespace code_exec::sandbox {
namespace {

using namespace std::chrono_literals;

std::size_t open_files() {
  const auto entries = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

// Told to a FakeInit, which does not say it.
constexpr SlotBorn hang_up_order{static_cast<Message>(~0U)};

// A process that says into the slot's socket whatever the test tells it to, so that the kernel names it as
// sender.
class FakeInit {
 public:
  // `theirs`: the init's end of the slot's socket.
  explicit FakeInit(Fd theirs) : socket_(std::move(theirs)) {
    Fd its_orders;
    EXPECT_EQ(make_socket_pair(orders_, its_orders), 0);
    process_ = fork();
    if (process_ == 0) {
      orders_.reset();
      relay(its_orders.get());
    }
  }
  ~FakeInit() { die(); }

  // Returns when it has said it, or is dead.
  void say(std::span<const std::byte> bytes, std::span<const int> fds = {}) {
    std::byte done{};
    if (send_bytes(orders_.get(), bytes, fds) == 0) (void)receive_bytes(orders_.get(), std::span(&done, 1));
  }
  template <class T>
  void say(const T& message, std::span<const int> fds = {}) {
    say(std::as_bytes(std::span(&message, 1)), fds);
  }
  // As nobody the host started.
  void say_as_a_stranger(const SlotBorn& born) { EXPECT_EQ(send_message(socket_.get(), born), 0); }
  bool has_a_run() {
    SlotStart start{};
    const Received received = receive_bytes(socket_.get(), std::as_writable_bytes(std::span(&start, 1)));
    return received.kind == Received::Kind::message && start.kind == Message::slot_start;
  }
  // False once the host has killed it. The host reaps in life; here it stays for the test to look at.
  bool lives() const {
    siginfo_t info{};
    return process_ > 0 &&
           waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
  }
  void die() {
    orders_.reset();
    socket_.reset();
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  Fd pidfd() const { return Fd(static_cast<int>(syscall(SYS_pidfd_open, process_, 0))); }
  void hang_up() {  // it lives on, but says and hears nothing
    say(hang_up_order);
    socket_.reset();
  }

 private:
  [[noreturn]] void relay(int orders) {
    std::array<std::byte, 1024> bytes{};
    while (true) {
      Received order = receive_bytes(orders, bytes);
      if (order.kind != Received::Kind::message) _exit(0);
      const auto text = std::span<const std::byte>(bytes).first(order.size);
      if (std::ranges::equal(text, std::as_bytes(std::span(&hang_up_order, 1)))) socket_.reset();
      std::vector<int> fds;
      for (std::size_t i = 0; i < order.fds_count; ++i) fds.push_back(order.fds[i].get());
      (void)send_bytes(socket_.get(), text, fds);
      (void)send_message(orders, std::byte{});
    }
  }

  Fd socket_;
  Fd orders_;
  pid_t process_ = -1;
};

std::map<std::size_t, std::unique_ptr<FakeInit>> inits;  // the newest of each slot
int inits_started = 0;
bool are_unborn_builders = false;  // what is started is to be killed as a slot's builder

Result<StartedSlot> start_fake(std::size_t number) {
  Fd ours, theirs;
  EXPECT_EQ(make_socket_pair(ours, theirs), 0);
  fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  const int on = 1;
  setsockopt(ours.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
  inits[number].reset();
  inits[number] = std::make_unique<FakeInit>(std::move(theirs));
  ++inits_started;
  return StartedSlot{std::move(ours), are_unborn_builders ? inits[number]->pidfd() : Fd()};
}

class FakeIsolation final : public Isolation {
 public:
  Result<StartedSlot> start_slot(std::size_t number) override { return start_fake(number); }
  bool starts_with_others() const override { return false; }
};

constexpr SlotBorn born{Message::slot_born};
constexpr SlotReady ready{Message::slot_ready, 0, 0, {}};

SlotExit exited(int code) {
  SlotExit exit{};
  exit.kind = Message::slot_exit;
  exit.started = 1;
  exit.wait_status = code << 8;
  return exit;
}

class SlotsTest : public testing::Test, public SlotsListener {
 protected:
  static HostOptions one_slot() {
    HostOptions options;
    options.slots = 1;
    return options;
  }

  virtual CgroupUse cgroups() const { return CgroupUse::none; }

  void SetUp() override {
    options.cgroups = cgroups();
    inits_started = 0;
    are_unborn_builders = false;
    ASSERT_TRUE(poller.open());
    ASSERT_TRUE(slots.prepare());
  }
  void TearDown() override { inits.clear(); }

  void run_ended(RunEnd& end, std::span<const int> fds) override {
    ends[end.run_id].push_back(end);
    files_brought += fds.size();
  }
  void slot_ready() override { ++times_ready; }
  void run_not_begun(PendingRun run) override { not_begun.push_back(std::move(run)); }
  void no_slot_can_be_made() override { hopeless = true; }

  void turn() {
    slots.tick();
    const auto bound = std::min(slots.next_deadline(), Monotonic::now() + 10ms);
    ASSERT_TRUE(poller.wait(bound, [&](Source source, std::size_t index) { slots.handle(source, index); }));
  }
  void turn_until(const std::function<bool()>& condition) {
    for (const auto deadline = Monotonic::now() + 20s; !condition();) {
      ASSERT_LT(Monotonic::now(), deadline);
      turn();
    }
  }

  FakeInit& init(std::size_t slot = 0) { return *inits.at(slot); }

  void say_ready() {
    const int before = times_ready;
    init().say(born);
    init().say(ready);
    turn_until([&] { return times_ready > before; });
  }
  // A new init in the slot, which has come as far as `ready`.
  void make_ready() {
    const int before = inits_started;
    if (inits.empty()) turn_until([&] { return inits_started > before; });
    say_ready();
  }

  PendingRun pending(std::chrono::milliseconds wall = 10s) {
    PendingRun run{};
    run.request.run_id = ++last_id;
    run.request.limits = {10'000, static_cast<std::uint64_t>(wall.count()), 1 << 20, 1 << 20, 8, 8};
    for (Fd& fd : run.fds) fd.reset(open("/dev/null", O_RDWR | O_CLOEXEC));
    return run;
  }
  void begin_run(std::chrono::milliseconds wall = 10s) {
    PendingRun run = pending(wall);
    ASSERT_TRUE(slots.begin(run));
    ASSERT_TRUE(init().has_a_run());
  }

  void expect_refused(std::uint64_t id) {
    turn_until([&] { return ends.contains(id); });
    ASSERT_EQ(ends[id].size(), 1u);
    EXPECT_EQ(ends[id][0].ended_by, EndedBy::refused);
  }

  // The old init is dead, a new one has taken its place and serves.
  void expect_replaced(int started_before) {
    turn_until([&] { return inits_started > started_before; });
    say_ready();
    expect_a_good_run();
  }
  void expect_a_good_run() {
    begin_run();
    init().say(exited(7));
    turn_until([&] { return ends.contains(last_id); });
    ASSERT_EQ(ends[last_id].size(), 1u);
    EXPECT_EQ(ends[last_id][0].ended_by, EndedBy::exit);
    EXPECT_EQ(ends[last_id][0].value, 7);
  }

  Poller poller;
  HostOptions options = one_slot();
  Slots slots{options, poller, *this, std::make_unique<FakeIsolation>()};
  std::map<std::uint64_t, std::vector<RunEnd>> ends;
  std::vector<PendingRun> not_begun;
  std::size_t files_brought = 0;
  bool hopeless = false;
  int times_ready = 0;
  std::uint64_t last_id = 0;
};

TEST_F(SlotsTest, ServeOneRunAfterAnother) {
  make_ready();
  for (int i = 0; i < 3; ++i) {
    expect_a_good_run();
    PendingRun early = pending();
    EXPECT_FALSE(slots.begin(early)) << "not cleared yet";
    const int before = times_ready;
    init().say(ready);
    turn_until([&] { return times_ready > before; });
  }
  EXPECT_EQ(inits_started, 1);
  EXPECT_EQ(slots.replaced(), 0u);
}

class LimitedSlotsTest : public SlotsTest {
 protected:
  CgroupUse cgroups() const override { return CgroupUse::required; }
  void SetUp() override {
    if (auto tree = open_cgroup_tree(); !tree) GTEST_SKIP() << tree.error().detail;
    SlotsTest::SetUp();
  }
};

// Nothing used any time: it was not the program that took too long.
TEST_F(LimitedSlotsTest, RefuseARunThatNobodyBegan) {
  make_ready();
  begin_run(50ms);
  expect_refused(last_id);
}

TEST_F(SlotsTest, ReplaceAnInitThatDiesAtRest) {
  make_ready();
  init().die();
  expect_replaced(1);
}

TEST_F(SlotsTest, RefuseTheRunOfAnInitThatDies) {
  make_ready();
  begin_run();
  init().die();
  expect_refused(last_id);
  expect_replaced(1);
}

TEST_F(SlotsTest, RefuseTheRunOfAnInitThatHangsUp) {
  make_ready();
  begin_run();
  init().hang_up();
  expect_refused(last_id);
  turn_until([&] { return !init().lives(); });
  expect_replaced(1);
}

TEST_F(SlotsTest, KillAnInitThatSaysNonsenseDuringARun) {
  SlotExit lie = exited(0);
  lie.error = 100'000;
  const std::array<std::byte, sizeof(SlotExit)> zeros{};
  const std::array<std::byte, 600> flood{};
  const std::vector<std::function<void(FakeInit&)>> nonsense{
      [&](FakeInit& liar) { liar.say(std::span(zeros)); },
      [&](FakeInit& liar) { liar.say(std::span(zeros).first(3)); },
      [&](FakeInit& liar) { liar.say(std::span(flood)); },
      [&](FakeInit& liar) { liar.say(lie); },
      [&](FakeInit& liar) { liar.say(ready); },
      [&](FakeInit& liar) { liar.say(born); },
      [&](FakeInit& liar) {
        const int fd = STDIN_FILENO;
        liar.say(exited(0), std::span(&fd, 1));  // a file that was not asked for
      },
      [&](FakeInit& liar) {
        const std::vector<int> fds(wire_fds_max, STDIN_FILENO);
        liar.say(exited(0), fds);
      },
  };
  make_ready();
  for (std::size_t i = 0; i < nonsense.size(); ++i) {
    SCOPED_TRACE(i);
    begin_run();
    const std::size_t before = open_files();
    const int started = inits_started;
    nonsense[i](init());
    expect_refused(last_id);
    EXPECT_LE(open_files(), before) << "a descriptor of the liar was kept";
    turn_until([&] { return inits_started > started; });
    say_ready();
  }
  EXPECT_EQ(files_brought, 0u);
  expect_a_good_run();
}

TEST_F(SlotsTest, HearOneAnswerOfAnInitThatAnswersTwice) {
  make_ready();
  begin_run();
  init().say(exited(1));
  init().say(exited(2));
  turn_until([&] { return ends.contains(last_id); });
  const std::uint64_t id = last_id;
  expect_replaced(1);
  ASSERT_EQ(ends[id].size(), 1u);
  EXPECT_EQ(ends[id][0].value, 1);
}

TEST_F(SlotsTest, ReplaceAnInitThatEndsARunItDoesNotHave) {
  make_ready();
  init().say(exited(0));
  expect_replaced(1);
  EXPECT_EQ(ends.size(), 1u) << "only the good run has ended";
}

TEST_F(SlotsTest, KillAnInitThatFloods) {
  make_ready();
  for (int i = 0; i < 8; ++i) init().say(ready);
  turn_until([&] { return !init().lives(); });
  expect_replaced(1);
}

TEST_F(SlotsTest, BelieveNoInitThatTheyDidNotStart) {
  turn_until([&] { return inits_started == 1; });
  init().say_as_a_stranger(born);
  turn();
  init().say(ready);
  turn();
  PendingRun run = pending();
  EXPECT_FALSE(slots.begin(run));
  init().die();
  expect_replaced(1);
}

TEST_F(SlotsTest, KillAnInitThatIsReadyBeforeItIsBorn) {
  turn_until([&] { return inits_started == 1; });
  init().say(ready);
  turn();
  PendingRun run = pending();
  EXPECT_FALSE(slots.begin(run));
  init().say(born);  // only now is it known whom to kill
  turn_until([&] { return !init().lives(); });
  expect_replaced(1);
}

TEST_F(SlotsTest, ReplaceAnInitThatThereIsNoDescriptorFor) {
  turn_until([&] { return inits_started == 1; });
  rlimit usual{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &usual), 0);
  const Fd lowest_free(dup(0));
  const rlimit full{static_cast<rlim_t>(lowest_free.get()) + 1, usual.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &full), 0);
  init().say(born);
  turn();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &usual), 0);
  turn_until([&] { return inits_started == 2; });
  say_ready();
  expect_a_good_run();
}

TEST_F(SlotsTest, KillTheBuilderOfASlotWhoseInitIsNotBorn) {
  are_unborn_builders = true;
  turn_until([&] { return inits_started == 1; });
  init().say(exited(0));
  turn_until([&] { return !init().lives(); });
  init().die();  // nobody has the socket any more: only now is the slot made anew
  are_unborn_builders = false;
  expect_replaced(1);
}

TEST_F(SlotsTest, AnswerARunThatItsInitNeverEndsAtItsWallLimit) {
  make_ready();
  begin_run(50ms);
  const std::uint64_t id = last_id;
  turn_until([&] { return ends.contains(id); });
  turn_until([&] { return !init().lives(); });
  expect_replaced(1);
  EXPECT_EQ(ends[id].size(), 1u);
}

TEST_F(SlotsTest, GiveUpOnlyWhenTheFirstSlotCannotBeMadeAgainAndAgain) {
  for (int tries = 1; tries <= 5; ++tries) {
    EXPECT_FALSE(hopeless) << tries;
    turn_until([&] { return inits_started == tries; });
    init().die();
  }
  turn_until([&] { return hopeless; });
}

TEST_F(SlotsTest, BelieveAtOnceWhatTheFirstSlotLacks) {
  turn_until([&] { return inits_started == 1; });
  init().say(slot_failed("namespaces", EPERM));
  turn_until([&] { return hopeless; });
}

// Whatever happens, in whatever order: one end for each run that began, and nothing kept.
TEST_F(SlotsTest, AnswerEachRunOnceWhateverInitsAndServiceDo) {
  make_ready();
  const std::size_t files_before = open_files();
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  auto any = [&](unsigned below) { return static_cast<int>(random() % below); };
  std::vector<std::uint64_t> begun;
  const int stranger = STDIN_FILENO;
  const std::array<std::byte, 700> junk{};
  // Of the newest init: what it has said, and whether it had a run.
  int known = inits_started;
  bool was_born = true;
  bool was_ready = true;
  bool had_a_run = false;
  const auto deadline = Monotonic::now() + 60s;
  while (begun.size() < 400) {
    ASSERT_LT(Monotonic::now(), deadline);
    if (inits_started != known) was_born = was_ready = had_a_run = false;
    known = inits_started;
    FakeInit& one = init();
    // One that lies before its first run is waited for the longer, the more often: so that is rare.
    const bool lies = any(had_a_run ? 6 : 60) == 0;
    if (one.lives() && !lies) {
      if (!was_born) {
        one.say(born);
        was_born = true;
      } else if (begun.size() > ends.size()) {
        one.say(exited(any(256)));
      } else if (!was_ready) {
        one.say(ready);
        was_ready = true;
      }
    } else if (one.lives()) {
      switch (any(8)) {
        case 0:
          one.say(born);
          break;
        case 1:
          one.say(ready);
          break;
        case 2:
          one.say(exited(any(256)));
          break;
        case 3:
          one.say(exited(0), std::span(&stranger, 1));
          break;
        case 4:
          one.say(std::span(junk).first(1 + random() % junk.size()));
          break;
        case 5:
          one.say(slot_failed("work area", ENOSPC));
          break;
        case 6:
          one.die();
          break;
        default:
          break;
      }
    }
    PendingRun run = pending(std::chrono::milliseconds(1 + any(40)));
    if (any(3) == 0) run.request.collect[0] = 'x';
    if (slots.begin(run)) {
      begun.push_back(run.request.run_id);
      was_ready = false;
      had_a_run = true;
    }
    if (!begun.empty() && any(10) == 0) slots.kill(begun.back(), KillReason::cancelled);
    slots.tick();
    const auto soon = Monotonic::now() + std::chrono::milliseconds(any(3));
    ASSERT_TRUE(poller.wait(std::min(slots.next_deadline(), soon),
                            [&](Source source, std::size_t index) { slots.handle(source, index); }));
    for (const auto& [id, seen] : ends) ASSERT_EQ(seen.size(), 1u) << "run " << id;
  }
  turn_until([&] { return ends.size() == begun.size(); });
  // A new init each time, until one is left alone for as long as a run takes.
  const int started = inits_started;
  init().die();
  expect_replaced(started);
  EXPECT_LE(open_files(), files_before + 2);
}

}  // namespace
}  // namespace code_exec::sandbox
