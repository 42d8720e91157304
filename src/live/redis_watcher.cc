#include <deque>
#include <set>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "live/redis_live.h"
#include "live/redis_wire.h"
#include "redis/follower.h"

namespace code_exec::live {
namespace {

constexpr std::size_t name_bytes = 12;
constexpr std::size_t outgoing_max = 1000;
constexpr std::chrono::seconds connection_wait{10};
// Output of runs elsewhere that is kept here, of all jobs together. A job that would pass it is told by its
// result.
constexpr std::size_t kept_bytes_max = 256 << 20;

class ServiceSide final : public RedisWatcher {
 public:
  ServiceSide(const queue::RedisQueueOptions& options, net::any_io_executor executor, LiveRuns& live)
      : live_(live),
        name_(hex(random_bytes(name_bytes))),
        requests_(requests_key(options.prefix)),
        commands_(executor, options.connection),
        follower_(executor, options.connection, commands_, service_key(options.prefix, name_),
                  [this](const redis::Reply& fields) { on_entry(parts_of(fields)); }),
        group_(executor) {
    group_.spawn("watch again", watch_again_and_again());
  }

  const std::string& name() const override { return name_; }

  void watched(const job::JobId& id) override {
    watched_.insert(id);
    (void)say({"watch", name_, id.text()});  // lost: it is said again
  }

  void unwatched(const job::JobId& id) override {
    watched_.erase(id);
    drop(id);
    (void)say({"unwatch", name_, id.text()});
  }

  Result<void> tell(const job::JobId& id, Message message) override {
    switch (message.type) {
      case Message::Type::input:
        return say({"input", id.text(), std::move(message.bytes)});
      case Message::Type::end_of_input:
        return say({"end", id.text()});
      case Message::Type::signal:
        return say({"signal", id.text(), std::to_string(message.signal)});
    }
    return ok();
  }

  Task<void> stop() override {
    stopping_ = true;
    mirrors_.clear();
    auto ended = co_await group_.stop();
    auto followed = co_await follower_.stop();
    auto stopped = co_await commands_.stop();
    if (!ended) co_return ended;
    co_return followed ? stopped : followed;
  }

 private:
  // A run elsewhere, as far as it has been told of.
  struct Mirror {
    std::int64_t run;
    std::unique_ptr<LiveRuns::Run> shown;
    bool whole = true;  // nothing was missed
  };

  Result<void> say(Parts parts) {
    if (stopping_ || outgoing_.size() >= outgoing_max)
      return Error{Errc::full, "too much waits to be sent to the workers", {}};
    outgoing_.push_back(std::move(parts));
    if (outgoing_.size() == 1) group_.spawn("live requests", send_all());
    return ok();
  }

  // One after the other, and not before there is a connection. What was on its way when that was lost is not
  // said again: the program would read it twice.
  net::awaitable<void> send_all() {
    while (!outgoing_.empty() && !stopping_) {
      auto connected = co_await commands_.until_connected(connection_wait);
      Result<redis::Reply> sent = Error{Errc::unavailable, "no connection", {}};
      if (connected) {
        redis::Command command = add_entry(requests_, requests_kept_max, outgoing_.front());
        sent = co_await commands_.call(std::move(command));
      }
      outgoing_.pop_front();
      if (!sent && !stopping_) log::debug("workers not told error={}", log::quoted(sent.error().detail));
    }
  }

  // A worker that came later, or lost its connection, has not heard it.
  net::awaitable<void> watch_again_and_again() {
    while (!stopping_) {
      auto slept = co_await pause(system_clock(), watch_again);
      if (!slept) co_return;
      Parts parts{"watch", name_};
      for (const job::JobId& id : watched_) {
        parts.push_back(id.text());
        if (parts.size() < watch_jobs_max + 2) continue;
        (void)say(std::exchange(parts, {"watch", name_}));
      }
      if (parts.size() > 2) (void)say(std::move(parts));
    }
  }

  void on_entry(Parts parts) {
    if (parts.size() < 3) return;
    auto id = job::JobId::parse(parts[1]);
    const auto run = parse_number<std::int64_t>(parts[2]);
    if (!id || !run || !watched_.contains(*id)) return;
    if (parts[0] == "begin") return on_begin(*id, *run);
    auto mirror = mirrors_.find(*id);
    if (mirror == mirrors_.end() || mirror->second.run != *run) return;
    if (parts.size() == 5) on_output(mirror->second, parts[0], parse_number<std::size_t>(parts[3]), parts[4]);
  }

  // Of two runs of a job, whose lease was lost, the later one counts; what is said again changes nothing.
  void on_begin(const job::JobId& id, std::int64_t run) {
    auto known = mirrors_.find(id);
    if (known != mirrors_.end() && known->second.run >= run) return;
    drop(id);
    mirrors_.emplace(id, Mirror{run, live_.begin(id, run, nullptr)});
  }

  void on_output(Mirror& mirror, const std::string& word, std::optional<std::size_t> offset,
                 std::string_view bytes) {
    const bool is_stdout = word == "stdout";
    if ((!is_stdout && word != "stderr") || !offset || !mirror.whole) return;
    const Output& known = *mirror.shown->output();
    const std::size_t size = (is_stdout ? known.stdout_bytes : known.stderr_bytes).size();
    mirror.whole = *offset <= size && kept_bytes_ + bytes.size() <= kept_bytes_max;
    if (!mirror.whole || *offset + bytes.size() <= size) return;
    bytes.remove_prefix(size - *offset);
    kept_bytes_ += bytes.size();
    mirror.shown->append(is_stdout ? sandbox::Stream::stdout_stream : sandbox::Stream::stderr_stream, bytes);
  }

  void drop(const job::JobId& id) {
    auto mirror = mirrors_.find(id);
    if (mirror == mirrors_.end()) return;
    const Output& output = *mirror->second.shown->output();
    kept_bytes_ -= output.stdout_bytes.size() + output.stderr_bytes.size();
    mirrors_.erase(mirror);
  }

  LiveRuns& live_;
  const std::string name_;
  const std::string requests_;
  std::set<job::JobId> watched_;
  std::map<job::JobId, Mirror> mirrors_;
  std::size_t kept_bytes_ = 0;
  std::deque<Parts> outgoing_;  // the first is on its way
  bool stopping_ = false;
  redis::Connection commands_;
  redis::Follower follower_;
  TaskGroup group_;
};

}  // namespace

std::unique_ptr<RedisWatcher> make_redis_watcher(const queue::RedisQueueOptions& options,
                                                 net::any_io_executor executor, LiveRuns& live) {
  return std::make_unique<ServiceSide>(options, std::move(executor), live);
}

}  // namespace code_exec::live
