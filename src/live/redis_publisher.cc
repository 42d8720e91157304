#include <algorithm>
#include <map>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "live/redis_live.h"
#include "live/redis_wire.h"
#include "redis/follower.h"
#include "sandbox/signals.h"

namespace code_exec::live {
namespace {

constexpr std::size_t watched_max = 10'000;  // of all services together; more are told by their results
constexpr std::chrono::seconds look_every{10};

using Moment = std::chrono::steady_clock::time_point;

class WorkerSide final : public RedisPublisher {
 public:
  WorkerSide(const queue::RedisQueueOptions& options, net::any_io_executor executor, LiveRuns& live,
             std::string own_service)
      : prefix_(options.prefix),
        own_service_(std::move(own_service)),
        live_(live),
        commands_(executor, options.connection),
        group_(executor),
        follower_(executor, options.connection, commands_, requests_key(prefix_),
                  [this](const redis::Reply& fields) { on_request(parts_of(fields)); }) {
    group_.spawn("forget watchers", forget_the_silent());
  }

  Task<void> stop() override {
    auto followed = co_await follower_.stop();
    views_.clear();
    auto ended = co_await group_.stop();
    auto stopped = co_await commands_.stop();
    if (!ended) co_return ended;
    co_return followed ? stopped : followed;
  }

 private:
  using Key = std::pair<job::JobId, std::string>;  // a job, and the service that watches it

  // What one service has been sent of one job. Shared with the coroutine that sends.
  struct View {
    std::unique_ptr<LiveRuns::Watch> watch;
    Moment until;
    std::shared_ptr<const Output> output;  // of the run that it was told of, and how much
    std::size_t stdout_bytes = 0;
    std::size_t stderr_bytes = 0;
    bool sending = false;
    bool keep = true;  // the service is there: so is its stream to be
  };

  void on_request(Parts parts) {
    if (parts.size() >= 3 && parts[0] == "watch") {
      for (std::size_t i = 2; i < parts.size(); ++i) watch(parts[1], parts[i]);
    } else if (parts.size() == 3 && parts[0] == "unwatch") {
      if (auto id = job::JobId::parse(parts[2])) views_.erase({*id, parts[1]});
    } else if (parts.size() >= 2) {
      pass_on(std::move(parts));
    }
  }

  void pass_on(Parts parts) {
    auto id = job::JobId::parse(parts[1]);
    if (!id) return;
    Message message;
    if (parts[0] == "input" && parts.size() == 3) {
      message.bytes = std::move(parts[2]);
    } else if (parts[0] == "end") {
      message.type = Message::Type::end_of_input;
    } else if (parts[0] == "signal" && parts.size() == 3) {
      message.type = Message::Type::signal;
      message.signal = parse_number<int>(parts[2]).value_or(0);
    } else {
      return;
    }
    auto told = live_.tell_here(*id, message);
    // Conflict: the run is on another machine, which hears it too.
    if (!told && told.error().code != Errc::conflict)
      log::debug("input lost job={} error={}", id->text(), told.error().detail);
  }

  void watch(const std::string& service, const std::string& text) {
    auto id = job::JobId::parse(text);
    if (!id || service == own_service_) return;
    const Key key(*id, service);
    auto known = views_.find(key);
    if (known == views_.end()) {
      if (views_.size() >= watched_max) return;
      known = views_.emplace(key, std::make_shared<View>()).first;
      known->second->watch = live_.watch(
          *id, [this, key] { send_soon(key); }, Watcher::elsewhere);
      send_soon(key);
    }
    known->second->until = std::chrono::steady_clock::now() + watch_ttl;
    known->second->keep = true;
  }

  net::awaitable<void> forget_the_silent() {
    for (;;) {
      auto slept = co_await pause(system_clock(), look_every);
      if (!slept) co_return;
      std::erase_if(views_, [now = std::chrono::steady_clock::now()](const auto& view) {
        return view.second->until < now;
      });
    }
  }

  // One entry at a time on its way for each view: what is printed meanwhile goes together with the next.
  void send_soon(const Key& key) {
    auto view = views_.find(key);
    if (view == views_.end() || view->second->sending || !view->second->watch->output()) return;
    view->second->sending = true;
    group_.spawn("live output", send(key, view->second));
  }

  net::awaitable<void> send(Key key, std::shared_ptr<View> view) {
    const std::string stream = service_key(prefix_, key.second);
    while (is_watched(key, view)) {
      auto parts = next(key.first, *view);
      if (!parts) break;
      redis::Command command = add_entry(stream, parts_kept_max, *parts);
      auto sent = co_await commands_.call(std::move(command));
      if (!sent) break;
      if (!std::exchange(view->keep, false)) continue;
      redis::Command keep{"PEXPIRE", stream, std::to_string(std::chrono::milliseconds(watch_ttl).count())};
      auto kept = co_await commands_.call(std::move(keep));
      if (!kept) break;
    }
    view->sending = false;
  }

  bool is_watched(const Key& key, const std::shared_ptr<View>& view) const {
    auto known = views_.find(key);
    return known != views_.end() && known->second == view;
  }

  // Nothing: the service has it all.
  std::optional<Parts> next(const job::JobId& id, View& view) {
    const auto& latest = view.watch->output();
    if (view.output != latest) {
      view.output = latest;
      view.stdout_bytes = view.stderr_bytes = 0;
      return Parts{"begin", id.text(), std::to_string(latest->run)};
    }
    for (auto [word, bytes, sent] : {std::tuple{"stdout", &latest->stdout_bytes, &view.stdout_bytes},
                                     std::tuple{"stderr", &latest->stderr_bytes, &view.stderr_bytes}}) {
      if (*sent == bytes->size()) continue;
      std::string part = bytes->substr(*sent, part_bytes_max);
      Parts parts{word, id.text(), std::to_string(latest->run), std::to_string(*sent), std::move(part)};
      *sent += parts.back().size();
      return parts;
    }
    return std::nullopt;
  }

  const std::string prefix_;
  const std::string own_service_;
  LiveRuns& live_;
  std::map<Key, std::shared_ptr<View>> views_;
  redis::Connection commands_;
  TaskGroup group_;
  redis::Follower follower_;
};

}  // namespace

std::unique_ptr<RedisPublisher> make_redis_publisher(const queue::RedisQueueOptions& options,
                                                     net::any_io_executor executor, LiveRuns& live,
                                                     std::string own_service) {
  return std::make_unique<WorkerSide>(options, std::move(executor), live, std::move(own_service));
}

}  // namespace code_exec::live
