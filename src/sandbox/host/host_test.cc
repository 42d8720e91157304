// A real host, spoken to as by a service that was taken over. What is well formed but not allowed is refused
// and the host goes on; what the service never sends while it is itself ends the host, and the launcher
// starts another.
#include "sandbox/host/host.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/description.h"
#include "sandbox/protocol.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

using namespace std::chrono_literals;

Fd description_of(std::string script) {
  Spec spec;
  spec.argv = {"/bin/sh", "-c", std::move(script)};
  auto description = write_description(spec);
  EXPECT_TRUE(description);
  return std::move(*description);
}

Fd sealed(std::string_view bytes) {
  Fd fd(memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(write(fd.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  EXPECT_EQ(fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW), 0);
  return fd;
}

struct Pipe {
  Fd read_end;
  Fd write_end;
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
};

bool is_readable(int fd, std::chrono::milliseconds bound) {
  pollfd waiting{fd, POLLIN, 0};
  return poll(&waiting, 1, static_cast<int>(bound.count())) == 1;
}

// Until its end.
std::string read_all(const Fd& fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (is_readable(fd.get(), 20s)) {
    const ssize_t size = read(fd.get(), buffer.data(), buffer.size());
    if (size <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  ADD_FAILURE() << "the output has no end";
  return text;
}

struct Ended {
  RunEnd end;
  std::size_t fds;
};

class TakenOverService : public testing::Test {
 protected:
  void SetUp() override { start(2); }
  void TearDown() override {
    service.reset();
    if (process > 0) {
      EXPECT_EQ(exit_code(), host_exit_done);
    }
  }

  void start(std::size_t slots) {
    HostOptions options;
    options.slots = slots;
    if (geteuid() != 0) options.cgroups = CgroupUse::none;
    auto host = start_lone_host(options);
    ASSERT_TRUE(host);
    process = host->process;
    std::byte byte{};
    Received received = receive_bytes(host->connections.get(), std::span(&byte, 1));
    ASSERT_EQ(received.fds_count, 1u);
    service = std::move(received.fds[0]);
  }

  // Of the host, within a bound.
  int exit_code() {
    int status = 0;
    for (const auto deadline = std::chrono::steady_clock::now() + 20s;
         std::chrono::steady_clock::now() < deadline;) {
      if (waitpid(process, &status, WNOHANG) == process) {
        process = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      }
      poll(nullptr, 0, 10);
    }
    kill(process, SIGKILL);
    waitpid(process, nullptr, 0);
    process = -1;
    ADD_FAILURE() << "the host goes on";
    return -1;
  }

  RunRequest request() {
    RunRequest request{};
    request.kind = Message::run_request;
    request.version = protocol_version;
    request.run_id = ++last_id;
    request.limits = {5000, 15000, 256 << 20, 64 << 20, 64, 4096};
    return request;
  }

  int send(const RunRequest& request, const Fd& description, const Fd& in, const Fd& out, const Fd& err) {
    const std::array<int, 4> fds{description.get(), in.get(), out.get(), err.get()};
    return send_message(service.get(), request, fds);
  }

  std::optional<Ended> next_end(std::chrono::milliseconds bound = 20s) {
    if (!is_readable(service.get(), bound)) return std::nullopt;
    Ended ended{};
    const Received received = receive_bytes(service.get(), std::as_writable_bytes(std::span(&ended.end, 1)));
    if (received.kind != Received::Kind::message || received.size != sizeof(RunEnd)) return std::nullopt;
    ended.fds = received.fds_count;
    return ended;
  }

  void expect_refused(std::uint64_t id, std::string_view step) {
    const auto ended = next_end();
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->end.run_id, id);
    EXPECT_EQ(ended->end.ended_by, EndedBy::refused);
    EXPECT_EQ(std::string_view(ended->end.step.data()), step);
    EXPECT_EQ(ended->fds, 0u);
  }

  // What any service may ask for still works.
  void expect_a_good_run() {
    Pipe in, out, err;
    in.write_end.reset();
    const RunRequest asked = request();
    ASSERT_EQ(send(asked, description_of("echo good"), in.read_end, out.write_end, err.write_end), 0);
    in.read_end.reset();
    out.write_end.reset();
    err.write_end.reset();
    EXPECT_EQ(read_all(out.read_end), "good\n") << read_all(err.read_end);
    const auto ended = next_end();
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->end.run_id, asked.run_id);
    EXPECT_EQ(ended->end.ended_by, EndedBy::exit);
    EXPECT_EQ(ended->end.value, 0);
  }

  Fd service;
  pid_t process = -1;
  std::uint64_t last_id = 0;
};

TEST_F(TakenOverService, IsRefusedLimitsOutsideTheHostsBounds) {
  Pipe pipe;
  const Fd description = description_of("echo never");
  auto ask = [&](RunRequest asked) {
    ASSERT_EQ(send(asked, description, pipe.read_end, pipe.write_end, pipe.write_end), 0);
    expect_refused(asked.run_id, "request");
  };
  for (std::uint64_t value : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    for (auto field :
         {&WireLimits::cpu_ms, &WireLimits::wall_ms, &WireLimits::memory_bytes, &WireLimits::disk_bytes}) {
      RunRequest asked = request();
      asked.limits.*field = value;
      ask(asked);
    }
    for (auto field : {&WireLimits::processes, &WireLimits::files}) {
      RunRequest asked = request();
      asked.limits.*field = static_cast<std::uint32_t>(value);
      ask(asked);
    }
  }
  RunRequest unterminated = request();
  unterminated.collect.fill('x');
  ask(unterminated);
  expect_a_good_run();
}

TEST_F(TakenOverService, GetsNoFileFromOutsideTheBox) {
  using namespace std::string_view_literals;
  for (std::string_view name : {"../etc/passwd"sv, "/etc/passwd"sv, "/etc/shadow"sv, "/proc/self/status"sv,
                                ".."sv, "."sv, "d/../../etc/passwd"sv, "/box/../etc/passwd"sv,
                                "nothing\0../etc/passwd"sv, "link"sv, "links/passwd"sv}) {
    Pipe in, out, err;
    RunRequest asked = request();
    std::memcpy(asked.collect.data(), name.data(), name.size());
    const Fd description = description_of("mkdir d; ln -s /etc/passwd link; ln -s /etc links");
    ASSERT_EQ(send(asked, description, in.read_end, out.write_end, err.write_end), 0);
    const auto ended = next_end();
    ASSERT_TRUE(ended) << name;
    EXPECT_EQ(ended->end.ended_by, EndedBy::exit) << name;
    EXPECT_EQ(ended->end.value, 0) << name;
    EXPECT_EQ(ended->fds, 0u) << name;
  }
  expect_a_good_run();
}

TEST_F(TakenOverService, IsRefusedARunWithTooFewOrTooManyDescriptors) {
  Pipe pipe;
  for (std::size_t count = 0; count <= wire_fds_max; ++count) {
    if (count == run_request_fds) continue;
    const std::vector<int> fds(count, pipe.read_end.get());
    const RunRequest asked = request();
    ASSERT_EQ(send_message(service.get(), asked, fds), 0);
    expect_refused(asked.run_id, "descriptors");
  }
  expect_a_good_run();
}

TEST_F(TakenOverService, IsRefusedDescriptorsOfOtherKinds) {
  Pipe pipe;
  Fd one, other;
  ASSERT_EQ(make_socket_pair(one, other), 0);
  std::map<std::string, Fd> odd;
  odd["directory"].reset(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  odd["path"].reset(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  odd["file"].reset(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
  odd["null"].reset(open("/dev/null", O_RDWR | O_CLOEXEC));
  odd["zero"].reset(open("/dev/zero", O_RDWR | O_CLOEXEC));
  odd["socket"] = std::move(one);
  odd["epoll"].reset(epoll_create1(EPOLL_CLOEXEC));
  odd["eventfd"].reset(eventfd(0, EFD_CLOEXEC));
  odd["process"].reset(open("/proc/self/mem", O_RDWR | O_CLOEXEC));
  odd["unsealed"].reset(memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const Fd description = description_of("echo never");
  for (const auto& [kind, fd] : odd) {
    ASSERT_TRUE(fd) << kind;
    for (std::size_t place = 0; place < run_request_fds; ++place) {
      std::array<int, run_request_fds> fds{description.get(), pipe.read_end.get(), pipe.write_end.get(),
                                           pipe.write_end.get()};
      fds[place] = fd.get();
      const RunRequest asked = request();
      ASSERT_EQ(send_message(service.get(), asked, fds), 0);
      SCOPED_TRACE(kind + " at " + std::to_string(place));
      expect_refused(asked.run_id, "descriptors");
    }
  }
  // A pipe that nobody writes to, for a description.
  const RunRequest asked = request();
  ASSERT_EQ(send(asked, pipe.read_end, pipe.read_end, pipe.write_end, pipe.write_end), 0);
  expect_refused(asked.run_id, "descriptors");
  expect_a_good_run();
}

TEST_F(TakenOverService, HarmsOnlyItsRunWithABadDescription) {
  Pipe in, out, err;
  DescriptionHeader header{description_magic, 1};
  RecordHeader record{RecordKind::file, ~0U, ~0ULL};
  std::string huge(reinterpret_cast<const char*>(&header), sizeof(header));
  huge.append(reinterpret_cast<const char*>(&record), sizeof(record));
  std::vector<Fd> bad;
  bad.push_back(sealed(""));
  bad.push_back(sealed("nonsense that is long enough for a header"));
  bad.push_back(sealed(huge));
  Spec outside;
  outside.argv = {"/bin/true"};
  outside.files = {{"../outside", "x", false}};
  bad.push_back(std::move(*write_description(outside)));
  outside.files = {{"/etc/outside", "x", false}};
  bad.push_back(std::move(*write_description(outside)));
  for (const Fd& description : bad) {
    const RunRequest asked = request();
    ASSERT_EQ(send(asked, description, in.read_end, out.write_end, err.write_end), 0);
    expect_refused(asked.run_id, "files");
  }
  expect_a_good_run();
}

TEST_F(TakenOverService, HarmsOnlyItsRunWithPipesThatLeadNowhere) {
  Pipe waiting, closed;
  closed.read_end.reset();
  RunRequest reader = request();  // reads what nobody ever writes, until its limit
  reader.limits.wall_ms = 300;
  ASSERT_EQ(send(reader, description_of("cat"), waiting.read_end, waiting.write_end, waiting.write_end), 0);
  const RunRequest writer = request();  // writes to where nobody reads, reads from where nobody can
  ASSERT_EQ(send(writer, description_of("cat; echo x"), closed.write_end, closed.write_end, closed.write_end),
            0);
  for (int i = 0; i < 2; ++i) {
    const auto ended = next_end();
    ASSERT_TRUE(ended);
    if (ended->end.run_id == reader.run_id) {
      EXPECT_EQ(ended->end.ended_by, EndedBy::wall_limit);
    } else {
      EXPECT_EQ(ended->end.ended_by, EndedBy::signal);
      EXPECT_EQ(ended->end.value, SIGPIPE);
    }
  }
  expect_a_good_run();
}

TEST_F(TakenOverService, MayKillRunsThatAreNotThere) {
  for (std::uint64_t id : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}})
    ASSERT_EQ(send_message(service.get(), KillRequest{Message::kill_request, KillReason::cancelled, id}), 0);
  expect_a_good_run();
}

// Every request is answered exactly once, whatever became of it.
TEST_F(TakenOverService, MayFloodTheHostWithRequests) {
  Pipe in, out;
  const Fd description = description_of("sleep 100");
  constexpr std::uint64_t flood = 3000;
  std::map<std::uint64_t, int> answers;
  std::size_t refused = 0;
  auto take = [&](std::chrono::milliseconds bound) {
    const auto ended = next_end(bound);
    if (!ended) return false;
    ++answers[ended->end.run_id];
    refused += ended->end.ended_by == EndedBy::refused;
    return true;
  };
  for (std::uint64_t i = 0; i < flood; ++i) {
    ASSERT_EQ(send(request(), description, in.read_end, out.write_end, out.write_end), 0);
    while (take(0ms)) {
    }
  }
  const KillRequest kill_all{Message::kill_request, KillReason::cancelled, 0};
  for (std::uint64_t id = 1; id <= flood; ++id) {
    KillRequest kill = kill_all;
    kill.run_id = id;
    ASSERT_EQ(send_message(service.get(), kill), 0);
    while (take(0ms)) {
    }
  }
  while (answers.size() < flood && take(20s)) {
  }
  EXPECT_EQ(answers.size(), flood);
  for (const auto& [id, count] : answers) EXPECT_EQ(count, 1) << id;
  EXPECT_GE(refused, flood - 1024 - 2) << "more were kept than may wait";
  expect_a_good_run();
}

TEST_F(TakenOverService, EndsTheHostWhenItTakesNoAnswers) {
  Pipe pipe;
  const timeval bound{1, 0};
  ASSERT_EQ(setsockopt(service.get(), SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound)), 0);
  // Answered at once, until the answers fill the socket; then the requests do.
  while (send_message(service.get(), request()) == 0) {
  }
  EXPECT_EQ(exit_code(), host_exit_restart);
}

TEST_F(TakenOverService, EndsEveryRunWhenItLeaves) {
  Pipe in, out;
  const Fd description = description_of("echo begun; sleep 100 & sleep 100");
  for (int i = 0; i < 5; ++i)
    ASSERT_EQ(send(request(), description, in.read_end, out.write_end, out.write_end), 0);
  ASSERT_TRUE(is_readable(out.read_end.get(), 20s));
  service.reset();
  out.write_end.reset();
  EXPECT_EQ(exit_code(), host_exit_done);
  (void)read_all(out.read_end);  // ends only when nobody is left who has the other end
}

// One host each: what follows is not heard any more.
class NonsenseOfAService : public TakenOverService {
 protected:
  void expect_end() { EXPECT_EQ(exit_code(), host_exit_restart); }
};

TEST_F(NonsenseOfAService, OfAnotherSizeEndsTheHost) {
  const RunRequest asked = request();
  ASSERT_EQ(send_bytes(service.get(), std::as_bytes(std::span(&asked, 1)).first(sizeof(asked) - 1), {}), 0);
  expect_end();
}

TEST_F(NonsenseOfAService, ThatIsTooLongEndsTheHost) {
  const std::array<std::byte, sizeof(RunRequest) + 1> bytes{};
  ASSERT_EQ(send_bytes(service.get(), bytes, {}), 0);
  expect_end();
}

TEST_F(NonsenseOfAService, OfAnotherKindEndsTheHost) {
  RunRequest asked = request();
  asked.kind = Message::run_end;
  ASSERT_EQ(send_message(service.get(), asked), 0);
  expect_end();
}

TEST_F(NonsenseOfAService, OfAnotherVersionEndsTheHost) {
  RunRequest asked = request();
  ++asked.version;
  ASSERT_EQ(send_message(service.get(), asked), 0);
  expect_end();
}

TEST_F(NonsenseOfAService, WithAnUnknownReasonToKillEndsTheHost) {
  ASSERT_EQ(send_message(service.get(), KillRequest{Message::kill_request, static_cast<KillReason>(9), 1}),
            0);
  expect_end();
}

TEST_F(NonsenseOfAService, WithAnIdThatWasUsedEndsTheHostAndItsRuns) {
  Pipe in, out;
  const RunRequest asked = request();
  const Fd description = description_of("echo begun; sleep 100");
  ASSERT_EQ(send(asked, description, in.read_end, out.write_end, out.write_end), 0);
  ASSERT_TRUE(is_readable(out.read_end.get(), 20s));
  ASSERT_EQ(send(asked, description, in.read_end, out.write_end, out.write_end), 0);
  expect_end();
  out.write_end.reset();
  (void)read_all(out.read_end);
}

// The service's side of the launcher: the connection to the next host.
Fd next_host(const Fd& connections) {
  std::byte byte{};
  if (!is_readable(connections.get(), 20s)) return Fd();
  Received received = receive_bytes(connections.get(), std::span(&byte, 1));
  return std::move(received.fds[0]);
}

// True when the host refuses a request whose limits are all 0, as a host at work does.
bool is_at_work(const Fd& host) {
  RunRequest asked{};
  asked.kind = Message::run_request;
  asked.version = protocol_version;
  asked.run_id = 1;
  RunEnd end{};
  if (send_message(host.get(), asked) != 0 || !is_readable(host.get(), 20s)) return false;
  const Received received = receive_bytes(host.get(), std::as_writable_bytes(std::span(&end, 1)));
  return received.kind == Received::Kind::message && end.ended_by == EndedBy::refused;
}

// A service: gives each of a few hosts nonsense, and returns 0 when another has taken its place each time.
int talk_nonsense(Fd connections) {
  for (int hosts = 0; hosts < 3; ++hosts) {
    const Fd host = next_host(connections);
    if (!host || !is_at_work(host)) _exit(10 + hosts);
    if (send_message(host.get(), KillRequest{Message::kill_request, static_cast<KillReason>(9), 1}) != 0)
      _exit(20 + hosts);
  }
  const Fd last = next_host(connections);
  _exit(last && is_at_work(last) ? 0 : 30);
}

TEST(Launcher, StartsAnotherHostForAServiceThatTalksNonsense) {
  HostOptions options;
  options.slots = 1;
  if (geteuid() != 0) options.cgroups = CgroupUse::none;
  const pid_t launcher = fork();
  if (launcher == 0) _exit(run_processes(options, talk_nonsense));
  int status = 0;
  ASSERT_EQ(waitpid(launcher, &status, 0), launcher);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace code_exec::sandbox
