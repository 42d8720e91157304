#include "sandbox/host/messages.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <functional>
#include <limits>
#include <vector>

#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

template <class T>
std::span<const std::byte> bytes_of(const T& message) {
  return std::as_bytes(std::span(&message, 1));
}

RunRequest good_request() {
  RunRequest request{};
  request.kind = Message::run_request;
  request.version = protocol_version;
  request.run_id = 1;
  request.limits = {1000, 1000, 1 << 20, 1 << 20, 8, 8};
  return request;
}

SlotExit good_exit() {
  SlotExit exit{};
  exit.kind = Message::slot_exit;
  exit.started = 1;
  return exit;
}

SlotReady good_ready() {
  SlotReady ready{};
  ready.kind = Message::slot_ready;
  return ready;
}

TEST(ServiceMessages, AreTakenAsTheyAreSent) {
  const RunRequest request = good_request();
  ASSERT_TRUE(read_run_request(bytes_of(request)));
  EXPECT_TRUE(is_acceptable(request));
  EXPECT_FALSE(read_kill_request(bytes_of(request)));
  const KillRequest kill{Message::kill_request, KillReason::output_limit, 7};
  ASSERT_TRUE(read_kill_request(bytes_of(kill)));
  EXPECT_FALSE(read_run_request(bytes_of(kill)));
  const SignalRequest signal{Message::signal_request, SIGINT, 7};
  ASSERT_TRUE(read_signal_request(bytes_of(signal)));
  EXPECT_FALSE(read_kill_request(bytes_of(signal)));
}

TEST(ServiceMessages, OfAnotherSizeKindVersionOrReasonAreNone) {
  const RunRequest request = good_request();
  for (std::size_t size = 0; size < sizeof(request); ++size)
    EXPECT_FALSE(read_run_request(bytes_of(request).first(size))) << size;
  for (std::uint32_t kind = 0; kind < 20; ++kind) {
    RunRequest other = request;
    other.kind = static_cast<Message>(kind);
    EXPECT_EQ(read_run_request(bytes_of(other)).has_value(), other.kind == Message::run_request);
  }
  RunRequest newer = request;
  ++newer.version;
  EXPECT_FALSE(read_run_request(bytes_of(newer)));
  for (std::uint32_t reason : {0U, 3U, ~0U}) {
    const KillRequest kill{Message::kill_request, static_cast<KillReason>(reason), 7};
    EXPECT_FALSE(read_kill_request(bytes_of(kill))) << reason;
  }
  for (std::int32_t number : {0, -1, SIGSTOP, SIGCONT, SIGSEGV, 64, 1 << 30}) {
    const SignalRequest signal{Message::signal_request, number, 7};
    EXPECT_FALSE(read_signal_request(bytes_of(signal))) << number;
  }
}

TEST(ServiceMessages, WithALimitOutsideItsBoundsAreNotAcceptable) {
  const std::vector<std::function<void(WireLimits&, bool)>> fields{
      [](WireLimits& limits, bool most) { limits.cpu_ms = most ? ~0ULL : 0; },
      [](WireLimits& limits, bool most) { limits.wall_ms = most ? ~0ULL : 0; },
      [](WireLimits& limits, bool most) { limits.memory_bytes = most ? ~0ULL : 0; },
      [](WireLimits& limits, bool most) { limits.disk_bytes = most ? ~0ULL : 0; },
      [](WireLimits& limits, bool most) { limits.processes = most ? ~0U : 0; },
      [](WireLimits& limits, bool most) { limits.files = most ? ~0U : 0; },
  };
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (bool most : {false, true}) {
      RunRequest request = good_request();
      fields[i](request.limits, most);
      EXPECT_FALSE(is_acceptable(request)) << i << most;
    }
  }
  RunRequest unterminated = good_request();
  unterminated.collect.fill('x');
  EXPECT_FALSE(is_acceptable(unterminated));
}

TEST(ServiceMessages, ComeWithASealedFileAndThreePipes) {
  auto memory = [](int seals) {
    Fd fd(memfd_create("test", MFD_ALLOW_SEALING | MFD_CLOEXEC));
    EXPECT_EQ(fcntl(fd.get(), F_ADD_SEALS, seals), 0);
    return fd;
  };
  auto pipe_end = [] {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    const Fd other(ends[1]);
    return Fd(ends[0]);
  };
  constexpr int all = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK;
  std::array<Fd, 4> fds{memory(all), pipe_end(), pipe_end(), pipe_end()};
  EXPECT_TRUE(are_of_a_run(fds));
  EXPECT_FALSE(are_of_a_run(std::span(fds).first(3)));
  for (int lacking : {F_SEAL_WRITE, F_SEAL_GROW, F_SEAL_SHRINK}) {
    fds[0] = memory(all & ~lacking);
    EXPECT_FALSE(are_of_a_run(fds)) << lacking;
  }
  fds[0] = memory(all);
  for (std::size_t i = 1; i < fds.size(); ++i) {
    fds[i].reset(open("/dev/null", O_RDWR | O_CLOEXEC));
    EXPECT_FALSE(are_of_a_run(fds)) << i;
    fds[i] = pipe_end();
  }
  EXPECT_TRUE(are_of_a_run(fds));
}

TEST(InitMessages, AreTakenAsTheyAreSent) {
  EXPECT_TRUE(read_slot_born(bytes_of(SlotBorn{Message::slot_born}), 0));
  EXPECT_TRUE(read_slot_ready(bytes_of(good_ready()), 0));
  EXPECT_TRUE(read_slot_ready(bytes_of(slot_failed("work area", ENOSPC)), 0));
  EXPECT_TRUE(read_slot_exit(bytes_of(good_exit()), 0, false));
  EXPECT_TRUE(read_slot_exit(bytes_of(good_exit()), 1, true));
}

TEST(InitMessages, HaveANamespaceOnlyWhenTheSlotIsNew) {
  EXPECT_TRUE(read_slot_ready(bytes_of(good_ready()), 1, true));
  EXPECT_TRUE(read_slot_ready(bytes_of(good_ready()), 0, true));
  EXPECT_FALSE(read_slot_ready(bytes_of(good_ready()), 2, true));
}

TEST(WarmParentMessages, AreTakenAsTheyAreSent) {
  EXPECT_TRUE(read_warm_ready(bytes_of(WarmReady{Message::warm_ready}), 0));
  EXPECT_FALSE(read_warm_ready(bytes_of(WarmReady{Message::warm_ready}), 1));
  EXPECT_FALSE(read_warm_ready(bytes_of(WarmReady{Message::slot_born}), 0));
  EXPECT_FALSE(read_warm_ready(bytes_of(good_ready()), 0));
}

TEST(InitMessages, WithDescriptorsThatNobodyAskedForAreNone) {
  EXPECT_FALSE(read_slot_born(bytes_of(SlotBorn{Message::slot_born}), 1));
  EXPECT_FALSE(read_slot_ready(bytes_of(good_ready()), 1));
  EXPECT_FALSE(read_slot_exit(bytes_of(good_exit()), 1, false));
  EXPECT_FALSE(read_slot_exit(bytes_of(good_exit()), 2, true));
}

TEST(InitMessages, WithAFieldThatCannotBeAreNone) {
  const std::vector<std::function<void(SlotExit&)>> lies{
      [](SlotExit& exit) { exit.kind = Message::slot_ready; },
      [](SlotExit& exit) { exit.started = 2; },
      [](SlotExit& exit) { exit.wait_status = 0x137f; },  // stopped
      [](SlotExit& exit) { exit.error = -1; },
      [](SlotExit& exit) { exit.error = 100'000; },
      [](SlotExit& exit) { exit.step.fill('x'); },
      [](SlotExit& exit) { exit.step[0] = '\n'; },
      [](SlotExit& exit) { exit.step[0] = '\xff'; },
      [](SlotExit& exit) { exit.cpu_us = std::numeric_limits<std::uint64_t>::max(); },
      [](SlotExit& exit) { exit.memory_peak_bytes = std::numeric_limits<std::uint64_t>::max(); },
  };
  for (std::size_t i = 0; i < lies.size(); ++i) {
    SlotExit exit = good_exit();
    lies[i](exit);
    EXPECT_FALSE(read_slot_exit(bytes_of(exit), 0, false)) << i;
  }
  SlotReady ready = good_ready();
  ready.step.fill('x');
  EXPECT_FALSE(read_slot_ready(bytes_of(ready), 0));
  ready = good_ready();
  ready.failed = 7;
  EXPECT_FALSE(read_slot_ready(bytes_of(ready), 0));
}

}  // namespace
}  // namespace code_exec::sandbox
