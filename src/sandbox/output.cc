#include "sandbox/output.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

#include "base/text.h"
#include "job/limits.h"

namespace code_exec::sandbox {
namespace {

constexpr std::size_t read_bytes = 64 << 10;  // the size of a pipe
// With a small cap, a program that prints a little too much is not stopped for it.
constexpr std::uint64_t flood_bytes_min = 1 << 20;

// What the program may do with the pipe by its name, /dev/stdin and the like: it belongs to us, not to the
// program's id.
constexpr mode_t program_reads = 0444;
constexpr mode_t program_writes = 0222;

Result<void> make_pipe(Fd& read_end, Fd& write_end, mode_t mode) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return system_error(Errc::unavailable, "pipe2", "", errno);
  read_end.reset(ends[0]);
  write_end.reset(ends[1]);
  if (fchmod(ends[0], mode) != 0) return system_error(Errc::internal, "fchmod", "pipe", errno);
  return ok();
}

// Only our end: it is another open file than the program's, which keeps its own flags.
void own(net::posix::stream_descriptor& to, Fd end) {
  fcntl(end.get(), F_SETFL, O_NONBLOCK);
  boost::system::error_code ignored;
  to.assign(end.release(), ignored);
}

}  // namespace

Streams::Streams(net::any_io_executor executor, std::uint64_t cap_bytes, std::string input)
    : cap_bytes_(cap_bytes),
      input_(std::move(input)),
      stdout_(executor, Stream::stdout_stream),
      stderr_(executor, Stream::stderr_stream),
      stdin_(executor) {}

Result<void> Streams::open() {
  std::array<Fd, 3> ours;
  if (auto made = make_pipe(program_ends_[0], ours[0], program_reads); !made) return made;
  if (auto made = make_pipe(ours[1], program_ends_[1], program_writes); !made) return made;
  if (auto made = make_pipe(ours[2], program_ends_[2], program_writes); !made) return made;
  own(stdin_, std::move(ours[0]));
  own(stdout_.pipe, std::move(ours[1]));
  own(stderr_.pipe, std::move(ours[2]));
  return ok();
}

std::array<int, 3> Streams::program_ends() const {
  return {program_ends_[0].get(), program_ends_[1].get(), program_ends_[2].get()};
}

void Streams::close_program_ends() {
  for (Fd& end : program_ends_) end.reset();
}

void Streams::start(TaskGroup& group, OnOutput on_output, std::function<void()> on_flood,
                    std::shared_ptr<RunInput> more_input) {
  on_output_ = std::move(on_output);
  on_flood_ = std::move(on_flood);
  group.spawn("run stdout", read_all(stdout_));
  group.spawn("run stderr", read_all(stderr_));
  if (input_.empty() && !(more_input && more_input->is_open())) {
    stdin_.close();
  } else {
    group.spawn("run stdin", write_input(std::move(more_input)));
  }
}

net::awaitable<void> Streams::read_all(Output& output) {
  while (true) {
    boost::system::error_code error;
    co_await output.pipe.async_wait(net::posix::stream_descriptor::wait_read,
                                    net::redirect_error(net::use_awaitable, error));
    if (error) co_return;
    bool would_block = false;
    // One read a turn, so that a flood on one run's pipe does not starve the others.
    if (!read_some(output, read_bytes, would_block) && !would_block) co_return;
  }
}

bool Streams::read_some(Output& output, std::size_t most, bool& would_block) {
  // Shared by all runs: everything that reads does so on the event loop's thread and keeps a copy.
  static std::array<char, read_bytes> buffer;
  const ssize_t size = ::read(output.pipe.native_handle(), buffer.data(), std::min(most, buffer.size()));
  if (size < 0) would_block = errno == EAGAIN || errno == EINTR;
  if (size <= 0) return false;
  keep(output, {buffer.data(), static_cast<std::size_t>(size)});
  return true;
}

void Streams::keep(Output& output, std::string_view bytes) {
  const std::uint64_t flood = std::max(cap_bytes_ * job::output_stop_factor, flood_bytes_min);
  const bool was_flooded = output.seen > flood;
  output.seen += bytes.size();
  const std::string_view fits = bytes.substr(0, cap_bytes_ - output.kept.size());
  output.truncated = output.truncated || fits.size() < bytes.size();
  output.kept.append(fits);
  if (!fits.empty() && on_output_) on_output_(output.stream, fits);
  if (!was_flooded && output.seen > flood) on_flood_();
}

std::string Streams::take(Output& output) {
  if (output.truncated) output.kept.resize(without_cut_character(output.kept).size());
  return std::move(output.kept);
}

void Streams::drain() {
  for (Output* output : {&stdout_, &stderr_}) {
    int left = 0;
    if (ioctl(output->pipe.native_handle(), FIONREAD, &left) != 0) continue;
    while (left > 0) {
      const std::uint64_t before = output->seen;
      bool would_block = false;
      if (!read_some(*output, static_cast<std::size_t>(left), would_block)) break;
      left -= static_cast<int>(output->seen - before);
    }
  }
}

net::awaitable<void> Streams::write_input(std::shared_ptr<RunInput> more) {
  bool wanted = co_await write_all(std::exchange(input_, {}));
  while (wanted && more) {
    auto bytes = co_await more->take();
    if (!bytes || bytes->empty()) break;
    wanted = co_await write_all(*std::move(bytes));
  }
  if (!wanted && more) more->abandon();
  stdin_.close();
}

net::awaitable<bool> Streams::write_all(std::string bytes) {
  for (std::string_view left = bytes; !left.empty();) {
    const ssize_t size = ::write(stdin_.native_handle(), left.data(), left.size());
    if (size > 0) {
      left.remove_prefix(static_cast<std::size_t>(size));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) co_return false;  // EPIPE: the program does not want the rest
    boost::system::error_code error;
    co_await stdin_.async_wait(net::posix::stream_descriptor::wait_write,
                               net::redirect_error(net::use_awaitable, error));
    if (error) co_return false;
  }
  co_return true;
}

Result<std::unique_ptr<Streams>> make_streams(net::any_io_executor executor, std::uint64_t cap_bytes,
                                              std::string input) {
  auto streams = std::make_unique<Streams>(std::move(executor), cap_bytes, std::move(input));
  if (auto opened = streams->open(); !opened) return opened.error();
  return streams;
}

}  // namespace code_exec::sandbox
