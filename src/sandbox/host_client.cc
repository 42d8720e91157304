#include "sandbox/host_client.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/task_group.h"
#include "sandbox/description.h"
#include "sandbox/output.h"
#include "sandbox/protocol.h"
#include "sandbox/wire.h"
#include "sandbox/wire_limits.h"

namespace code_exec::sandbox {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::chrono::milliseconds kill_again{5};
constexpr std::uint64_t collected_bytes_max = 64ULL << 20;

// One run that the host knows of. Owned by the coroutine of run(), found by the receive loop.
struct Active {
  explicit Active(const net::any_io_executor& executor) : ended(executor) {}
  Latch ended;
  RunEnd end{};
  Fd collected;
  bool host_lost = false;
};

Error unavailable(const char* detail) {
  return Error{Errc::unavailable, detail, {}};
}

Result<std::string> read_collected(int file) {
  struct stat status {};
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
    return Error{Errc::internal, "the collected file is not a regular file", {}};
  if (static_cast<std::uint64_t>(status.st_size) > collected_bytes_max)
    return Error{Errc::too_large, "the file it made is too large", {}};
  std::string content(static_cast<std::size_t>(status.st_size), '\0');
  for (std::size_t at = 0; at < content.size();) {
    const ssize_t n = pread(file, content.data() + at, content.size() - at, static_cast<off_t>(at));
    if (n <= 0) return system_error(Errc::internal, "read", "collected file", errno);
    at += static_cast<std::size_t>(n);
  }
  return content;
}

// What the host saw, in the words of a job.
job::Outcome outcome_of(const RunEnd& end) {
  job::Outcome outcome;
  outcome.cpu_time = duration_cast<milliseconds>(microseconds(end.cpu_us));
  outcome.wall_time = duration_cast<milliseconds>(microseconds(end.wall_us));
  outcome.memory_bytes = end.memory_peak_bytes;
  switch (end.ended_by) {
    case EndedBy::exit:
      outcome.exit_code = end.value;
      outcome.status = end.value == 0 ? job::Status::completed : job::Status::failed;
      outcome.reason = end.value == 0 ? job::Reason::none : job::Reason::runtime_error;
      break;
    case EndedBy::signal:
      outcome.signal = end.value;
      outcome.reason = job::Reason::signal;
      break;
    case EndedBy::cpu_limit:
      outcome.reason = job::Reason::time_limit;
      break;
    case EndedBy::wall_limit:
      outcome.reason = job::Reason::wall_time_limit;
      break;
    case EndedBy::memory_limit:
      outcome.reason = job::Reason::memory_limit;
      break;
    case EndedBy::killed:
      outcome.reason = end.value == static_cast<std::int32_t>(KillReason::output_limit)
                           ? job::Reason::output_limit
                           : job::Reason::cancelled;
      break;
    case EndedBy::refused:
      break;
  }
  return outcome;
}

class HostClient final : public Sandbox {
 public:
  HostClient(net::any_io_executor executor, Fd host_connections, std::size_t slots)
      : executor_(executor),
        connections_(executor, host_connections.release()),
        host_(executor),
        connected_(executor),
        group_(executor) {
    stats_.slots = slots;
    signal(SIGPIPE, SIG_IGN);  // programs close their input whenever they like
    group_.spawn("sandbox host", follow_hosts());
  }

  Task<RunResult> run(Spec spec, RunHooks hooks) override {
    auto connected = co_await wait_for_host(hooks.cancel);
    if (!connected) co_return connected.error();
    if (hooks.cancel && hooks.cancel->is_set()) co_return cancelled_before_start();

    auto streams = make_streams(executor_, spec.limits.output_bytes, std::move(spec.stdin_bytes));
    if (!streams) co_return streams.error();
    auto description = write_description(spec);
    if (!description) co_return description.error();
    std::uint64_t id = next_id_++;
    auto sent = send_request(id, spec, *description, **streams);
    // What a dead host did not take has not begun: the next one gets it, under an id of its own, for ids only
    // grow.
    while (!sent && !host_.is_open()) {
      connected = co_await wait_for_host(hooks.cancel);
      if (!connected) co_return connected.error();
      if (hooks.cancel && hooks.cancel->is_set()) co_return cancelled_before_start();
      id = next_id_++;
      sent = send_request(id, spec, *description, **streams);
    }
    if (!sent) co_return sent.error();
    description->reset();
    Active active(executor_);
    active_.emplace(id, &active);
    auto result = co_await run_known(id, **streams, active, hooks);
    active_.erase(id);
    co_return result;
  }

  Stats stats() const override {
    Stats stats = stats_;
    stats.busy = active_.size();
    return stats;
  }

  Result<void> check_ready() const override {
    if (host_.is_open()) return ok();
    return unavailable("there is no sandbox host");
  }

  Task<void> stop() override {
    stopping_ = true;
    connected_.notify();
    lose_host();
    co_return co_await group_.stop();
  }

 private:
  static RunResult cancelled_before_start() {
    RunResult result;
    result.outcome.reason = job::Reason::cancelled;
    return result;
  }

  // Returns also when the run is cancelled.
  Task<void> wait_for_host(std::shared_ptr<Latch> cancel) {
    TaskGroup beside(executor_);
    if (cancel && !host_.is_open()) beside.spawn("run cancel", wake_on(cancel));
    Result<void> waited = ok();
    while (waited && !stopping_ && !host_.is_open() && !(cancel && cancel->is_set()))
      waited = co_await connected_.wait();
    (void)co_await beside.stop();
    if (stopping_) co_return unavailable("the sandbox is stopping");
    co_return waited;
  }

  net::awaitable<void> wake_on(std::shared_ptr<Latch> cancel) {
    auto set = co_await cancel->wait();
    if (set) connected_.notify();
  }

  Task<RunResult> run_known(std::uint64_t id, Streams& streams, Active& active, const RunHooks& hooks) {
    streams.close_program_ends();

    // Reads, writes and the watch for cancellation go on beside us and end with the run.
    TaskGroup beside(executor_);
    auto on_flood = [this, id, &beside] { beside.spawn("run kill", kill_run(id, KillReason::output_limit)); };
    streams.start(beside, hooks.on_output, on_flood, hooks.input);
    if (hooks.input) hooks.input->on_signal([this, id](int number) { send_signal(id, number); });
    if (hooks.cancel) beside.spawn("run cancel", watch_cancel(id, hooks.cancel));
    auto ended = co_await active.ended.wait();
    if (hooks.input) hooks.input->on_signal({});
    // Everything the main process wrote is in the pipes by now; what its children still write is not waited
    // for.
    streams.drain();
    (void)co_await beside.stop();
    if (!ended) {
      (void)send_kill(id, KillReason::cancelled);
      co_return ended.error();
    }
    if (active.host_lost)
      co_return unavailable(
          "the sandbox host ended before the run did; its own message says why, and code-exec doctor how to "
          "mend it");
    co_return result_of(active, streams);
  }

  Result<RunResult> result_of(Active& active, Streams& streams) {
    stats_.replaced = replaced_before_ + active.end.slots_replaced;
    if (active.end.ended_by == EndedBy::refused) {
      active.end.step.back() = '\0';
      const std::string step = active.end.step.data();
      if (step == "files" && (active.end.value == ENOSPC || active.end.value == EDQUOT))
        return files_do_not_fit();
      return system_error(Errc::internal, "confine: " + step, "", active.end.value);
    }
    RunResult result;
    result.outcome = outcome_of(active.end);
    result.outcome.truncated = streams.truncated();
    result.stdout_truncated = streams.stdout_truncated();
    result.outcome.stdout_bytes = streams.take_stdout();
    result.outcome.stderr_bytes = streams.take_stderr();
    if (active.collected) {
      auto content = read_collected(active.collected.get());
      if (!content && content.error().code != Errc::too_large) return content.error();
      if (content) {
        result.collected = std::move(*content);
      } else {
        result.outcome.status = job::Status::failed;
        result.outcome.reason = job::Reason::runtime_error;
        result.outcome.message = content.error().detail;
      }
    }
    return result;
  }

  // The one refusal that is the job's doing.
  static RunResult files_do_not_fit() {
    RunResult result;
    result.outcome.reason = job::Reason::runtime_error;
    result.outcome.message = "the job's files do not fit within its disk limits";
    return result;
  }

  Result<void> send_request(std::uint64_t id, const Spec& spec, const Fd& description,
                            const Streams& streams) {
    RunRequest request{};
    request.kind = Message::run_request;
    request.version = protocol_version;
    request.run_id = id;
    request.limits = wire_limits(spec.limits);
    request.warm_parent = spec.warm_parent;
    if (spec.collect.size() >= request.collect.size()) return Error{Errc::invalid, "is too long", "collect"};
    std::memcpy(request.collect.data(), spec.collect.data(), spec.collect.size());
    const std::array<int, 3> ends = streams.program_ends();
    const std::array<int, run_request_fds> fds{description.get(), ends[0], ends[1], ends[2]};
    const int error = send_message(host_.native_handle(), request, fds);
    if (error == 0) return ok();
    if (error == EPIPE || error == ECONNRESET) lose_host();
    return system_error(Errc::unavailable, "send", "sandbox host", error);
  }

  // 0, or the errno: EAGAIN when the host has not read what was sent before. Otherwise it is gone, and the
  // run with it.
  int send_kill(std::uint64_t id, KillReason reason) {
    if (!host_.is_open()) return 0;
    KillRequest request{};
    request.kind = Message::kill_request;
    request.reason = reason;
    request.run_id = id;
    return send_message(host_.native_handle(), request);
  }

  net::awaitable<void> kill_run(std::uint64_t id, KillReason reason) {
    while (send_kill(id, reason) == EAGAIN) {
      auto waited = co_await pause(system_clock(), kill_again);
      if (!waited) co_return;
    }
  }

  void send_signal(std::uint64_t id, int number) {
    if (!host_.is_open()) return;
    (void)send_message(host_.native_handle(), SignalRequest{Message::signal_request, number, id});
  }

  net::awaitable<void> watch_cancel(std::uint64_t id, std::shared_ptr<Latch> cancel) {
    auto set = co_await cancel->wait();
    if (set) co_await kill_run(id, KillReason::cancelled);
  }

  // Takes each host that the launcher starts, and hears what it says until it is gone.
  net::awaitable<void> follow_hosts() {
    while (!stopping_) {
      auto connection = co_await next_host();
      if (!connection) break;
      boost::system::error_code ignored;
      host_.assign(connection->release(), ignored);
      connected_.notify();
      co_await hear_host();
      lose_host();
    }
    // The launcher is gone, or we are stopping: there will be no other host.
    stopping_ = true;
    connected_.notify();
    lose_host();
  }

  Task<Fd> next_host() {
    boost::system::error_code error;
    co_await connections_.async_wait(net::posix::stream_descriptor::wait_read,
                                     net::redirect_error(net::use_awaitable, error));
    if (error) co_return Error{Errc::cancelled, error.message(), {}};
    char byte = 0;
    Received received =
        receive_bytes(connections_.native_handle(), std::as_writable_bytes(std::span(&byte, 1)));
    if (received.kind != Received::Kind::message || received.fds_count != 1)
      co_return unavailable("the launcher is gone");
    co_return std::move(received.fds[0]);
  }

  net::awaitable<void> hear_host() {
    while (host_.is_open()) {
      boost::system::error_code error;
      co_await host_.async_wait(net::posix::stream_descriptor::wait_read,
                                net::redirect_error(net::use_awaitable, error));
      if (error) co_return;
      RunEnd end{};
      Received received = receive_bytes(host_.native_handle(), std::as_writable_bytes(std::span(&end, 1)));
      if (received.kind != Received::Kind::message || received.size != sizeof(end) ||
          end.kind != Message::run_end)
        co_return;
      auto found = active_.find(end.run_id);
      if (found == active_.end()) continue;  // given up by its caller
      found->second->end = end;
      found->second->collected = std::move(received.fds[0]);
      found->second->ended.set();
    }
  }

  void lose_host() {
    if (host_.is_open()) {
      boost::system::error_code ignored;
      host_.close(ignored);
      replaced_before_ = stats_.replaced;
      if (!stopping_) log::error("sandbox host lost");
    }
    for (auto& [id, active] : active_) {
      active->host_lost = true;
      active->ended.set();
    }
  }

  net::any_io_executor executor_;
  net::posix::stream_descriptor connections_;
  net::posix::stream_descriptor host_;
  Notifier connected_;
  std::unordered_map<std::uint64_t, Active*> active_;
  std::uint64_t next_id_ = 1;
  Stats stats_;
  std::uint64_t replaced_before_ = 0;
  bool stopping_ = false;
  TaskGroup group_;
};

}  // namespace

std::unique_ptr<Sandbox> make_sandbox(net::any_io_executor executor, Fd host_connections, std::size_t slots) {
  return std::make_unique<HostClient>(std::move(executor), std::move(host_connections), slots);
}

}  // namespace code_exec::sandbox
