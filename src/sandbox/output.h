// sandbox/output.h - the three streams of a run, seen from the service: input is written, output is read as
// it comes, within its caps.
#pragma once

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/task_group.h"
#include "sandbox/sandbox.h"

namespace code_exec::sandbox {

class Streams {
 public:
  using OnOutput = std::function<void(Stream, std::string_view)>;

  Streams(net::any_io_executor executor, std::uint64_t cap_bytes, std::string input);

  Result<void> open();
  std::array<int, 3> program_ends() const;  // stdin, stdout, stderr, as the program gets them
  void close_program_ends();

  // Spawns readers and the writer into `group`, which must be stopped before this object goes. `on_flood` is
  // called once when a stream went past job::output_stop_factor times its cap.
  void start(TaskGroup& group, OnOutput on_output, std::function<void()> on_flood,
             std::shared_ptr<RunInput> more_input);
  // Takes what is in the pipes at this moment and no more: someone may go on writing for ever.
  void drain();

  bool stdout_truncated() const { return stdout_.truncated; }
  bool truncated() const { return stdout_.truncated || stderr_.truncated; }
  // What was cut ends with a whole character.
  std::string take_stdout() { return take(stdout_); }
  std::string take_stderr() { return take(stderr_); }

 private:
  struct Output {
    Output(const net::any_io_executor& executor, Stream which) : pipe(executor), stream(which) {}
    net::posix::stream_descriptor pipe;
    Stream stream;
    std::string kept;
    std::uint64_t seen = 0;
    bool truncated = false;
  };

  net::awaitable<void> read_all(Output& output);
  net::awaitable<void> write_input(std::shared_ptr<RunInput> more);
  net::awaitable<bool> write_all(std::string bytes);  // false: the program takes no more
  // Reads at most `most` bytes without waiting. False: the end, or nothing there now (would_block says
  // which).
  bool read_some(Output& output, std::size_t most, bool& would_block);
  void keep(Output& output, std::string_view bytes);
  static std::string take(Output& output);

  std::uint64_t cap_bytes_;
  std::string input_;
  Output stdout_;
  Output stderr_;
  net::posix::stream_descriptor stdin_;
  std::array<Fd, 3> program_ends_;
  OnOutput on_output_;
  std::function<void()> on_flood_;
};

Result<std::unique_ptr<Streams>> make_streams(net::any_io_executor executor, std::uint64_t cap_bytes,
                                              std::string input);

}  // namespace code_exec::sandbox
