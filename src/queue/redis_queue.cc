#include "queue/redis_queue.h"

#include <boost/json.hpp>
#include <list>

#include "base/backoff.h"
#include "base/log.h"
#include "base/text.h"
#include "queue/deadline_timer.h"
#include "queue/listeners.h"
#include "queue/redis_entry.h"
#include "queue/redis_scripts.h"
#include "redis/follower.h"

namespace code_exec::queue {
namespace {

using namespace std::chrono_literals;
using redis::Reply;

constexpr std::chrono::seconds block = 5s;  // for which an idle worker's connection waits in the server
constexpr std::chrono::milliseconds retry_after = 100ms;  // where Redis answers but refuses

// As the scripts answer.
constexpr std::int64_t missing = -1;
constexpr std::int64_t taken = -20;
constexpr std::int64_t full = -21;

// Where GCC 12 cannot have a list in braces: in an expression that awaits.
template <class... Text>
std::vector<std::string> texts(Text... text) {
  return {std::move(text)...};
}

class RedisQueue final : public Queue {
 public:
  RedisQueue(QueueOptions options, RedisQueueOptions redis, net::any_io_executor executor, Clock& clock)
      : options_(std::move(options)),
        redis_(std::move(redis)),
        executor_(executor),
        clock_(clock),
        prefix_(redis_.prefix + ":" + options_.name + ":"),
        token_prefix_(job::JobId::make(clock.now()).text() + ":"),
        commands_(executor, redis_.connection),
        work_(executor),
        idle_(executor),
        group_(executor),
        timer_(executor, clock, [this] { return settle(); }) {}

  const QueueOptions& options() const override { return options_; }

  Task<void> push(job::JobId id, EntryOptions options) override;
  Task<Lease> claim(std::string worker) override;
  Task<Lease> renew(Lease lease) override;
  Task<void> complete(Lease lease, std::string return_value) override;
  Task<State> fail(Lease lease, std::string reason, FailAs how) override;
  Task<void> release(Lease lease) override;

  Task<std::map<State, std::size_t>> counts() override;
  Task<std::vector<Entry>> list(State state, std::size_t offset, std::size_t count, Order order) override;
  Task<Entry> find(job::JobId id) override;

  Task<void> pause() override { return change(scripts::pause, {}); }
  Task<void> resume() override { return change(scripts::resume, {}); }
  Task<bool> is_paused() override;
  Task<void> set_concurrency(std::size_t active_max) override {
    return change(scripts::concurrency, {std::to_string(active_max)});
  }
  Task<std::size_t> concurrency() override;
  Task<std::vector<WorkerInfo>> workers() override;
  Task<void> retry(job::JobId id) override {
    return change(scripts::retry, {id.text(), std::to_string(options_.unfinished_max)});
  }
  Task<void> remove(job::JobId id) override { return change(scripts::remove, {now(), id.text()}); }
  Task<void> promote(job::JobId id) override { return change(scripts::promote, {now(), id.text()}); }
  Task<std::vector<job::JobId>> clean(State state, std::chrono::milliseconds age, std::size_t limit) override;

  std::unique_ptr<Subscription> subscribe(std::function<void(const Event&)> listener) override;
  Task<std::string> incarnation() override;
  Task<std::string> server_info() override;
  Task<void> stop() override;

 private:
  // One who claims; lives in the frame of the claiming coroutine.
  struct Claimer {
    Claimer(std::string its_worker, net::any_io_executor executor)
        : worker(std::move(its_worker)), called(std::move(executor)) {}
    std::string worker;
    Latch called;
    Result<Lease> result;
  };

  // A fetch under way: there is one at most for each claimer, or the second would only give back what it got.
  class Fetching {
   public:
    explicit Fetching(RedisQueue& queue) : queue_(queue) { ++queue_.fetching_; }
    ~Fetching() {
      --queue_.fetching_;
      if (queue_.may_have_more_) queue_.work_.notify();
    }
    Fetching(const Fetching&) = delete;
    Fetching& operator=(const Fetching&) = delete;

   private:
    RedisQueue& queue_;
  };
  bool needs_fetch() const { return claimers_.size() > fetching_; }

  std::string now() const { return std::to_string(to_ms(clock_.now())); }
  std::string new_token() { return token_prefix_ + std::to_string(++last_token_); }
  std::string lease_ms() const { return std::to_string(options_.lease_ttl.count()); }
  Task<Reply> run(const RedisScript& script, std::vector<std::string> arguments) {
    return script.run(commands_, prefix_, std::move(arguments));
  }
  template <class... Text>
  redis::Command command(const char* name, const char* key, Text... text) const {
    return {name, prefix_ + key, std::move(text)...};
  }
  Task<void> change(const RedisScript& script, std::vector<std::string> arguments);
  static Error error_of(std::int64_t code);
  // By this name clients know a worker (section 11 of BullMQ's layout).
  std::string client_name() const { return redis_.prefix + ":" + base64_encode(options_.name); }
  Task<Reply> ask(redis::Command command);

  void start_claiming(const std::string& worker);
  void look_again();
  net::awaitable<void> serve();
  Task<void> fetch();
  net::awaitable<void> listen();
  net::awaitable<void> check_stalled();
  net::awaitable<void> give_back(Lease lease);
  net::awaitable<void> fail_stranger(std::string id, std::string token);
  void found(const Reply& reply, const std::string& token, TimePoint at);
  void deliver(Lease lease);
  std::optional<TimePoint> settle();

  const QueueOptions options_;
  const RedisQueueOptions redis_;
  net::any_io_executor executor_;
  Clock& clock_;
  const std::string prefix_;
  const std::string token_prefix_;
  std::uint64_t last_token_ = 0;
  Listeners listeners_;
  redis::Connection commands_;
  std::unique_ptr<redis::Connection> blocking_;  // waits for what there is to do; from the first claim on
  std::unique_ptr<redis::Follower> events_;      // from the first subscription on
  std::list<Claimer*> claimers_;
  std::size_t fetching_ = 0;
  Notifier work_;  // for serve(): a claimer has come, or there may be more
  Notifier idle_;  // for listen(): serve() has found nothing
  bool may_have_more_ = true;
  bool is_idle_ = false;
  bool is_stopping_ = false;
  bool has_seen_strangers_ = false;
  std::optional<TimePoint> next_due_;
  TimePoint check_at_ = TimePoint::max();  // when the next look at stalled jobs is due
  TaskGroup group_;
  DeadlineTimer timer_;
};

Error RedisQueue::error_of(std::int64_t code) {
  if (code == missing) return Error{Errc::not_found, "no such job in the queue", {}};
  if (code == taken) return Error{Errc::conflict, "the job is in the queue already", {}};
  if (code == full) return Error{Errc::full, "the queue holds its bound of unfinished jobs", {}};
  return Error{Errc::conflict, "the job is not in the state for it, or the lease is not held any more", {}};
}

Task<void> RedisQueue::change(const RedisScript& script, std::vector<std::string> arguments) {
  auto reply = co_await run(script, std::move(arguments));
  if (!reply) co_return reply.error();
  if (reply->integer < 0) co_return error_of(reply->integer);
  look_again();
  co_return ok();
}

Task<void> RedisQueue::push(job::JobId id, EntryOptions options) {
  if (auto checked = check(options); !checked) co_return checked;
  boost::json::object data{{"jobId", id.text()}};
  std::vector<std::string> arguments{id.text(),
                                     now(),
                                     redis_.job_name,
                                     boost::json::serialize(data),
                                     encode_options(options),
                                     std::to_string(options.delay.count()),
                                     std::to_string(options.priority),
                                     std::to_string(options_.unfinished_max)};
  co_return co_await change(scripts::push, std::move(arguments));
}

Task<Lease> RedisQueue::claim(std::string worker) {
  auto cancellation = co_await net::this_coro::cancellation_state;
  if (is_stopping_ || cancellation.cancelled() != net::cancellation_type::none)
    co_return Error{Errc::cancelled, "the claim was cancelled", {}};
  start_claiming(worker);
  Claimer claimer(std::move(worker), executor_);
  claimers_.push_back(&claimer);
  work_.notify();
  auto called = co_await claimer.called.wait();
  if (called || claimer.called.is_set()) co_return std::move(claimer.result);
  claimers_.remove(&claimer);
  co_return called.error();
}

void RedisQueue::start_claiming(const std::string& worker) {
  if (blocking_) return;
  redis::ConnectionOptions options = redis_.connection;
  options.name = worker_client_name(client_name(), worker);
  blocking_ = std::make_unique<redis::Connection>(executor_, std::move(options));
  check_at_ = clock_.now();
  group_.spawn("serve claims", serve());
  group_.spawn("wait for work", listen());
  timer_.expect(check_at_);
}

void RedisQueue::look_again() {
  may_have_more_ = true;
  work_.notify();
}

net::awaitable<void> RedisQueue::serve() {
  co_await ignore_cancellation();
  while (!is_stopping_) {
    if (needs_fetch() && may_have_more_) {
      may_have_more_ = false;
      auto fetched = co_await fetch();
      if (fetched || is_stopping_) continue;
      may_have_more_ = true;
      if (commands_.is_connected()) {
        auto slept = co_await code_exec::pause(system_clock(), retry_after);
        if (!slept) break;
      } else {
        auto connected = co_await commands_.until_connected();
        if (!connected) break;
      }
      continue;
    }
    is_idle_ = needs_fetch();
    if (is_idle_) idle_.notify();
    auto waited = co_await work_.wait();
    is_idle_ = false;
    if (!waited) break;
  }
}

Task<void> RedisQueue::fetch() {
  const Fetching fetching(*this);
  const TimePoint at = clock_.now();
  const std::string token = new_token();
  std::vector<std::string> arguments{std::to_string(to_ms(at)), token, lease_ms(), claimers_.front()->worker,
                                     std::to_string(options_.failed_kept_max)};
  auto reply = co_await run(scripts::fetch, std::move(arguments));
  if (!reply) co_return reply.error();
  found(*reply, token, at);
  co_return ok();
}

// What fetch() in common.lua has answered.
void RedisQueue::found(const Reply& reply, const std::string& token, TimePoint at) {
  if (reply.items.size() != 3) return;
  const std::string& text = reply.items[0].text;
  const std::int64_t value = reply.items[1].integer;
  if (text.empty()) {
    if (value > 0 && (!next_due_ || from_ms(value) < *next_due_)) {
      next_due_ = from_ms(value);
      timer_.expect(*next_due_);
    }
    return;
  }
  if (reply.items[2].integer != 0) may_have_more_ = true;
  auto id = job::JobId::parse(text);
  if (!id || id->text() != text) {
    group_.spawn("fail a stranger", fail_stranger(text, token));
    return;
  }
  const TimePoint expires_at = at + options_.lease_ttl;
  check_at_ = std::min(check_at_, expires_at);
  timer_.expect(check_at_);
  deliver(Lease{std::move(*id), token, static_cast<int>(value) + 1, expires_at});
}

void RedisQueue::deliver(Lease lease) {
  if (claimers_.empty()) {
    group_.spawn("give back", give_back(std::move(lease)));
    return;
  }
  Claimer& claimer = *claimers_.front();
  claimers_.pop_front();
  claimer.result = std::move(lease);
  claimer.called.set();
}

// An entry that somebody else has added, and no job of ours.
net::awaitable<void> RedisQueue::fail_stranger(std::string id, std::string token) {
  co_await ignore_cancellation();
  if (!has_seen_strangers_)
    log::warn("entries are no jobs of ours queue={} id={}", options_.name, log::quoted(id));
  has_seen_strangers_ = true;
  std::vector<std::string> arguments{std::move(id),
                                     std::move(token),
                                     now(),
                                     "the id is none of code-exec's",
                                     "final",
                                     std::to_string(options_.failed_kept_max),
                                     std::to_string(delay_max.count()),
                                     std::to_string(stacktrace_max)};
  auto failed = co_await run(scripts::fail, std::move(arguments));
  if (!failed) log::debug("entry not failed queue={} error={}", options_.name, failed.error().detail);
  look_again();
}

// Whoever it was fetched for has gone.
net::awaitable<void> RedisQueue::give_back(Lease lease) {
  co_await ignore_cancellation();
  auto released = co_await release(std::move(lease));
  if (!released) log::debug("entry not given back queue={} error={}", options_.name, released.error().detail);
}

// The marker says that there may be something; after the bound we look anyway, for a marker can be lost.
net::awaitable<void> RedisQueue::listen() {
  co_await ignore_cancellation();
  while (!is_stopping_) {
    if (!is_idle_) {
      auto idle = co_await idle_.wait();
      if (!idle) break;
      continue;
    }
    auto reply =
        co_await blocking_->call(command("BZPOPMIN", "marker", std::to_string(block.count())), block);
    if (reply && reply->type != Reply::Type::error) {
      look_again();
      continue;
    }
    // Without that connection it looks as often as it would anyway.
    auto connected = co_await blocking_->until_connected(block);
    if (!connected && connected.error().code == Errc::cancelled) break;
    auto slept = co_await code_exec::pause(system_clock(), retry_after);
    if (!slept) break;
    look_again();
  }
}

Task<Lease> RedisQueue::renew(Lease lease) {
  lease.expires_at = clock_.now() + options_.lease_ttl;
  std::vector<std::string> arguments{lease.id.text(), lease.token, lease_ms()};
  auto reply = co_await run(scripts::renew, std::move(arguments));
  if (!reply) co_return reply.error();
  if (reply->integer < 0) co_return error_of(reply->integer);
  timer_.expect(lease.expires_at);
  co_return lease;
}

// With the next entry for a claimer that waits: a worker that is busy needs one call for each job.
Task<void> RedisQueue::complete(Lease lease, std::string return_value) {
  const bool fetches = needs_fetch() && !is_stopping_;
  std::optional<Fetching> fetching;
  if (fetches) fetching.emplace(*this);
  const TimePoint at = clock_.now();
  const std::string token = new_token();
  std::vector<std::string> arguments{lease.id.text(),
                                     lease.token,
                                     std::to_string(to_ms(at)),
                                     std::move(return_value),
                                     std::to_string(options_.completed_kept_max),
                                     fetches ? "1" : "0",
                                     token,
                                     lease_ms(),
                                     fetches ? claimers_.front()->worker : "",
                                     std::to_string(options_.failed_kept_max)};
  auto reply = co_await run(scripts::complete, std::move(arguments));
  if (!reply) co_return reply.error();
  if (reply->integer < 0) co_return error_of(reply->integer);
  found(*reply, token, at);
  if (may_have_more_) work_.notify();
  co_return ok();
}

Task<State> RedisQueue::fail(Lease lease, std::string reason, FailAs how) {
  std::vector<std::string> arguments{lease.id.text(),
                                     lease.token,
                                     now(),
                                     to_utf8(reason),
                                     how == FailAs::final ? "final" : "",
                                     std::to_string(options_.failed_kept_max),
                                     std::to_string(delay_max.count()),
                                     std::to_string(stacktrace_max)};
  auto reply = co_await run(scripts::fail, std::move(arguments));
  if (!reply) co_return reply.error();
  if (reply->integer < 0) co_return error_of(reply->integer);
  const auto state = reply->items.empty() ? std::nullopt : parse_state(reply->items[0].text);
  if (!state) co_return Error{Errc::internal, "redis: a state that is none", {}};
  look_again();
  co_return *state;
}

Task<void> RedisQueue::release(Lease lease) {
  return change(scripts::release, {lease.id.text(), lease.token});
}

Task<std::map<State, std::size_t>> RedisQueue::counts() {
  auto reply = co_await run(scripts::counts, texts(now()));
  if (!reply) co_return reply.error();
  if (reply->items.size() != states.size()) co_return Error{Errc::internal, "redis: counts", {}};
  std::map<State, std::size_t> counts;
  for (std::size_t i = 0; i < states.size(); ++i)
    counts[states[i]] = static_cast<std::size_t>(reply->items[i].integer);
  co_return counts;
}

Task<std::vector<Entry>> RedisQueue::list(State state, std::size_t offset, std::size_t count, Order order) {
  std::vector<std::string> arguments{now(), std::string(to_string(state)), std::to_string(offset),
                                     std::to_string(count), order == Order::newest_first ? "1" : "0"};
  auto reply = co_await run(scripts::list, std::move(arguments));
  if (!reply) co_return reply.error();
  std::vector<Entry> entries;
  for (const Reply& item : reply->items) {
    if (item.items.size() != 3) continue;
    auto id = job::JobId::parse(item.items[0].text);
    if (!id) continue;
    entries.push_back(decode_entry(std::move(*id), state, item.items[1], item.items[2]));
  }
  co_return entries;
}

Task<Entry> RedisQueue::find(job::JobId id) {
  auto reply = co_await run(scripts::find, texts(now(), id.text()));
  if (!reply) co_return reply.error();
  if (reply->integer < 0) co_return error_of(reply->integer);
  const auto state = reply->items.size() == 3 ? parse_state(reply->items[0].text) : std::nullopt;
  if (!state) co_return Error{Errc::internal, "redis: a state that is none", {}};
  co_return decode_entry(std::move(id), *state, reply->items[1], reply->items[2]);
}

Task<Reply> RedisQueue::ask(redis::Command command) {
  auto reply = co_await commands_.call(std::move(command));
  if (reply && reply->type == Reply::Type::error)
    co_return Error{Errc::unavailable, "redis: " + reply->text, {}};
  co_return reply;
}

Task<bool> RedisQueue::is_paused() {
  auto reply = co_await ask(command("HEXISTS", "meta", "paused"));
  if (!reply) co_return reply.error();
  co_return reply->integer == 1;
}

Task<std::size_t> RedisQueue::concurrency() {
  auto reply = co_await ask(command("HGET", "meta", "concurrency"));
  if (!reply) co_return reply.error();
  co_return decode_count(reply->text);
}

Task<std::vector<WorkerInfo>> RedisQueue::workers() {
  auto reply = co_await ask(texts<std::string>("CLIENT", "LIST"));
  if (!reply) co_return reply.error();
  co_return decode_workers(reply->text, client_name());
}

Task<std::string> RedisQueue::server_info() {
  auto reply = co_await ask(texts<std::string>("INFO"));
  if (!reply) co_return reply.error();
  co_return std::move(reply->text);
}

Task<std::vector<job::JobId>> RedisQueue::clean(State state, std::chrono::milliseconds age,
                                                std::size_t limit) {
  if (state == State::active) co_return Error{Errc::invalid, "active jobs cannot be cleaned", "state"};
  const TimePoint at = clock_.now();
  std::vector<std::string> arguments{std::to_string(to_ms(at)), std::string(to_string(state)),
                                     std::to_string(to_ms(at - age)), std::to_string(limit)};
  auto reply = co_await run(scripts::clean, std::move(arguments));
  if (!reply) co_return reply.error();
  std::vector<job::JobId> ids;
  for (const Reply& item : reply->items) {
    auto id = job::JobId::parse(item.text);
    if (id) ids.push_back(std::move(*id));
  }
  co_return ids;
}

std::unique_ptr<Queue::Subscription> RedisQueue::subscribe(std::function<void(const Event&)> listener) {
  if (!events_ && !is_stopping_) {
    auto entry = [this](const Reply& fields) {
      if (auto event = decode_event(fields)) listeners_.emit(*event);
    };
    events_ =
        std::make_unique<redis::Follower>(executor_, redis_.connection, commands_, prefix_ + "events", entry);
  }
  return listeners_.subscribe(std::move(listener));
}

Task<std::string> RedisQueue::incarnation() {
  auto reply = co_await run(scripts::incarnation, texts(new_token()));
  if (!reply) co_return reply.error();
  if (reply->items.size() != 2) co_return Error{Errc::internal, "redis: incarnation", {}};
  co_return reply->items[0].text + " " + reply->items[1].text;
}

std::optional<TimePoint> RedisQueue::settle() {
  const TimePoint at = clock_.now();
  if (next_due_ && *next_due_ <= at) {
    next_due_.reset();
    look_again();
  }
  if (check_at_ <= at) {
    check_at_ = at + options_.lease_ttl / 3;
    group_.spawn("look for stalled jobs", check_stalled());
  }
  return next_due_ ? std::min(*next_due_, check_at_) : check_at_;
}

net::awaitable<void> RedisQueue::check_stalled() {
  co_await ignore_cancellation();
  if (is_stopping_) co_return;
  auto reply = co_await run(scripts::stalled, texts(std::to_string(options_.stalled_max)));
  if (!reply)
    log::debug("stalled jobs not looked for queue={} error={}", options_.name, reply.error().detail);
  if (reply && reply->integer > 0) look_again();
}

Task<void> RedisQueue::stop() {
  is_stopping_ = true;
  for (Claimer* claimer : std::exchange(claimers_, {})) {
    claimer->result = Error{Errc::cancelled, "the queue stops", {}};
    claimer->called.set();
  }
  work_.notify();
  idle_.notify();
  auto timer = co_await timer_.stop();
  for (redis::Connection* connection : {blocking_.get(), &commands_}) {
    if (!connection) continue;
    auto stopped = co_await connection->stop();
    if (!stopped) co_return stopped;
  }
  if (events_) {
    auto stopped = co_await events_->stop();
    if (!stopped) co_return stopped;
  }
  auto group = co_await group_.stop();
  co_return timer ? group : timer;
}

}  // namespace

std::unique_ptr<Queue> make_redis_queue(QueueOptions options, RedisQueueOptions redis,
                                        net::any_io_executor executor, Clock& clock) {
  return std::make_unique<RedisQueue>(std::move(options), std::move(redis), std::move(executor), clock);
}

}  // namespace code_exec::queue
