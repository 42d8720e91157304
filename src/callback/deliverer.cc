#include "callback/deliverer.h"

#include <prometheus/registry.h>

#include <algorithm>

#include "base/log.h"
#include "callback/schedule.h"
#include "callback/signature.h"

namespace code_exec::callback {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using store::DueCallback;

constexpr int status_gone = 410;
constexpr milliseconds store_recheck = 5s;  // after it did not answer
constexpr milliseconds turn_min = 100ms;
// How soon a job that is not final is looked at again: half as old again, within these.
constexpr milliseconds look_min = store::callback_look;
constexpr milliseconds look_max = 10min;

prometheus::Family<prometheus::Counter>& results(prometheus::Registry& registry) {
  return prometheus::BuildCounter()
      .Name("code_exec_callbacks_total")
      .Help("Attempts to call back, by result; failed ones are made again, given_up ones are not")
      .Register(registry);
}

bool is_receipt(const Result<Answer>& answer) {
  return answer && answer->status >= 200 && answer->status < 300;
}

std::string reason_of(const Result<Answer>& answer) {
  return answer ? "status " + std::to_string(answer->status) : answer.error().detail;
}

}  // namespace

Deliverer::Deliverer(DelivererParts parts, DelivererOptions options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      delivered_(results(parts_.metrics).Add({{"result", "delivered"}})),
      failed_(results(parts_.metrics).Add({{"result", "failed"}})),
      given_up_(results(parts_.metrics).Add({{"result", "given_up"}})),
      under_way_gauge_(prometheus::BuildGauge()
                           .Name("code_exec_callbacks_under_way")
                           .Help("Posts to receivers of callbacks at this moment")
                           .Register(parts_.metrics)
                           .Add({})),
      random_(std::random_device()()),
      changed_(parts_.executor),
      tasks_(parts_.executor),
      timer_(parts_.executor, parts_.clock, [this] { return when_due(); }) {
  tasks_.spawn("callbacks", run());
}

void Deliverer::wake() {
  is_woken_ = true;
  changed_.notify();
}

// The first time it is called it is due.
std::optional<TimePoint> Deliverer::when_due() {
  const TimePoint now = parts_.clock.now();
  if (now >= next_at_) {
    next_at_ = now + options_.recheck;
    wake();
  }
  return next_at_;
}

net::awaitable<void> Deliverer::run() {
  while (!is_stopping_) {
    if (is_woken_ && under_way_ < options_.under_way_max) {
      is_woken_ = false;
      auto claimed = co_await claim();
      if (claimed) continue;
      log::debug("callbacks not claimed error={}", log::quoted(claimed.error().detail));
      next_at_ = std::min(next_at_, parts_.clock.now() + store_recheck);
      timer_.expect(next_at_);
    } else {
      auto waited = co_await changed_.wait();
      if (!waited) co_return;
    }
  }
}

Task<void> Deliverer::claim() {
  const TimePoint now = parts_.clock.now();
  auto due = co_await parts_.store.claim_callbacks(now, options_.lease, options_.under_way_max - under_way_);
  if (!due) co_return due.error();
  for (DueCallback& callback : due->claimed) begin(std::move(callback));
  if (!due->next) co_return ok();
  if (*due->next <= now) {
    is_woken_ = true;
  } else {
    next_at_ = std::min(next_at_, *due->next);
    timer_.expect(next_at_);
  }
  co_return ok();
}

TimePoint Deliverer::Places::next_turn(TimePoint now, std::size_t places) {
  const milliseconds each = std::max(took, turn_min);
  free_at = std::max(free_at + each / static_cast<milliseconds::rep>(places), now + each);
  return free_at;
}

void Deliverer::begin(DueCallback callback) {
  ++under_way_;
  under_way_gauge_.Set(static_cast<double>(under_way_));
  auto url = parse_url(callback.url);
  if (!url) {  // it was checked when it was submitted, perhaps by another version
    Result<Answer> invalid = url.error();
    callback.attempts = attempts_max;
    tasks_.spawn("callback", settle(std::move(callback), std::move(invalid), "?"));
    return;
  }
  Places& host = hosts_[url->host];
  if (host.taken < options_.per_host_max) {
    ++host.taken;
    tasks_.spawn("callback", deliver(std::move(callback), *std::move(url)));
    return;
  }
  const TimePoint turn = host.next_turn(parts_.clock.now(), options_.per_host_max);
  tasks_.spawn("callback", put_off(std::move(callback), turn));
}

void Deliverer::end_one() {
  --under_way_;
  under_way_gauge_.Set(static_cast<double>(under_way_));
  changed_.notify();
}

// Where it fails the lease ends by itself. A place is free again when the list says so, not before.
net::awaitable<void> Deliverer::put_off(DueCallback callback, TimePoint until) {
  const job::JobId id = callback.id;
  auto done = co_await parts_.store.put_off_callback(std::move(callback), until);
  if (!done) log::debug("callback not put off job={} error={}", id.text(), log::quoted(done.error().detail));
  next_at_ = std::min(next_at_, until);
  timer_.expect(next_at_);
  end_one();
}

net::awaitable<void> Deliverer::remove(job::JobId id) {
  auto done = co_await parts_.store.remove_callback(id);
  if (!done) log::warn("callback not removed, comes again job={} error={}", id.text(), done.error().detail);
  end_one();
}

net::awaitable<void> Deliverer::deliver(DueCallback callback, Url url) {
  const std::string name = url.host;
  co_await attempt(std::move(callback), std::move(url));
  auto host = hosts_.find(name);
  if (--host->second.taken == 0) hosts_.erase(host);
}

net::awaitable<void> Deliverer::attempt(DueCallback callback, Url url) {
  auto body = co_await body_of(callback);
  if (!body) {
    const Error& error = body.error();
    if (error.code == Errc::not_found) {  // it expired, or never came to be
      log::debug("callback of no job job={}", callback.id.text());
      co_await remove(callback.id);
    } else if (error.code == Errc::cancelled) {
      co_await put_off(std::move(callback), parts_.clock.now());
    } else {
      end_one();  // not final, and put off; or the store is away: its lease ends by itself
    }
    co_return;
  }
  co_await send(std::move(callback), std::move(url), *std::move(body));
}

net::awaitable<void> Deliverer::send(DueCallback callback, Url url, std::string body) {
  const std::string host = url.host;
  const std::size_t size = body.size();
  const bool is_large = size > options_.small_body_bytes_max;
  if (is_large && large_.taken > 0 && large_bytes_ + size > options_.large_bodies_bytes_max) {
    body = std::string();
    co_await put_off(std::move(callback), large_.next_turn(parts_.clock.now(), 1));
    co_return;
  }
  Post message = make_post(callback, std::move(url), std::move(body));
  if (is_large) {
    ++large_.taken;
    large_bytes_ += size;
  }
  const auto begun = std::chrono::steady_clock::now();
  auto answer = co_await parts_.http.post(std::move(message));
  const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
  hosts_.at(host).took = took;
  if (is_large) {
    --large_.taken;
    large_bytes_ -= size;
    large_.took = took;
  }
  co_await settle(std::move(callback), std::move(answer), host);
}

// Errc::cancelled: not now. Errc::conflict: the job is not final.
Task<std::string> Deliverer::body_of(DueCallback callback) {
  while (is_reading_ && !is_stopping_) {
    auto waited = co_await changed_.wait();
    if (!waited) co_return waited.error();
  }
  // Where its turn came late, another one would have it before this post ends.
  const bool is_late = parts_.clock.now() + options_.post_max > callback.leased_until;
  if (is_late || is_stopping_) co_return Error{Errc::cancelled, "not now", {}};
  is_reading_ = true;
  auto job = co_await parts_.store.find(callback.id);
  Result<std::string> body;
  if (!job) {
    body = job.error();
  } else if (job::is_final(job->status)) {
    body = parts_.encode(*job);
  } else {
    body = Error{Errc::conflict, "the job is not final", {}};
  }
  is_reading_ = false;
  changed_.notify();
  if (!job || job::is_final(job->status)) co_return body;
  const TimePoint now = parts_.clock.now();
  const milliseconds look = std::clamp((now - job->created_at) / 2, look_min, look_max);
  auto done = co_await parts_.store.put_off_callback(callback, now + look);
  if (!done) log::debug("callback not put off job={} error={}", callback.id.text(), done.error().detail);
  co_return body;
}

Post Deliverer::make_post(const DueCallback& callback, Url url, std::string body) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(parts_.clock.now());
  const std::string timestamp = std::to_string(seconds.time_since_epoch().count());
  Post post{.url = std::move(url), .headers = {}, .body = std::move(body)};
  post.headers = {{"Content-Type", "application/json"},
                  {"User-Agent", "code-exec/" CODE_EXEC_VERSION},
                  {"X-Code-Exec-Timestamp", timestamp},
                  {"X-Code-Exec-Delivery", callback.id.text()},
                  {"X-Code-Exec-Signature", signature(options_.secret, timestamp, post.body)}};
  return post;
}

// The URL is not logged: it may hold a secret.
net::awaitable<void> Deliverer::settle(DueCallback callback, Result<Answer> answer, std::string host) {
  const job::JobId id = callback.id;
  const TimePoint now = parts_.clock.now();
  if (!answer && answer.error().code == Errc::cancelled) {
    co_await put_off(std::move(callback), now);
    co_return;
  }
  if (!answer && answer.error().code == Errc::full) {
    co_await put_off(std::move(callback), refused_.next_turn(now, 1));
    co_return;
  }
  ++callback.attempts;
  if (is_receipt(answer)) {
    delivered_.Increment();
    log::debug("callback delivered job={} attempts={}", id.text(), callback.attempts);
    co_await remove(id);
    co_return;
  }
  std::optional<milliseconds> pause;
  if (!answer || answer->status != status_gone) {
    const double chance = std::uniform_real_distribution<>()(random_);
    pause = pause_after(callback.attempts, answer ? answer->retry_after : std::nullopt, chance);
  }
  if (!pause) {
    given_up_.Increment();
    log::warn("callback given up job={} host={} attempts={} reason={}", id.text(), host, callback.attempts,
              log::quoted(reason_of(answer)));
    co_await remove(id);
    co_return;
  }
  failed_.Increment();
  log::info("callback failed, will try again job={} host={} attempts={} in_s={} reason={}", id.text(), host,
            callback.attempts, pause->count() / 1000, log::quoted(reason_of(answer)));
  co_await put_off(std::move(callback), now + *pause);
}

Task<void> Deliverer::stop(std::chrono::milliseconds drain) {
  is_stopping_ = true;
  changed_.notify();
  auto timer_stopped = co_await timer_.stop();
  const auto deadline = std::chrono::steady_clock::now() + drain;
  while (under_way_ > 0) {
    auto waited = co_await changed_.wait_until(deadline);
    if (!waited) break;
  }
  parts_.http.stop();
  auto ended = co_await tasks_.join();
  co_return timer_stopped ? ended : timer_stopped;
}

}  // namespace code_exec::callback
