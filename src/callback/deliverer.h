// callback/deliverer.h - posts the results of jobs to whoever wants to be called back: takes what is due from
// the store's list, at least once each, until it is received or given up (schedule.h). Several services may
// do so on one store.
//
//   POST the job as GET /api/v1/jobs/{id} gives it, with
//   X-Code-Exec-Timestamp: seconds since 1970, of this attempt
//   X-Code-Exec-Delivery:  the job's id: the same for every attempt, so that a repeat is known for one
//   X-Code-Exec-Signature: see signature.h
//
// A status of 2xx is receipt, 410 means that nobody wants it; anything else is tried again. Bounded are the
// posts at one time, those to one host, and the bytes of large bodies, for which small ones do not wait; what
// waits is in the store alone.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <functional>
#include <map>
#include <random>
#include <string>

#include "base/clock.h"
#include "base/event.h"
#include "base/task_group.h"
#include "callback/http_post.h"
#include "queue/deadline_timer.h"
#include "store/store.h"

namespace prometheus {
class Registry;
}

namespace code_exec::callback {

struct DelivererOptions {
  std::string secret;
  std::size_t under_way_max = 32;
  std::size_t per_host_max = 4;
  std::size_t small_body_bytes_max = 1 << 20;
  std::size_t large_bodies_bytes_max = 64 << 20;  // of all under way; a larger one goes alone
  // Longer than a post may take and its turn may be waited for; so long the list is not touched after a
  // crash.
  std::chrono::milliseconds lease = std::chrono::seconds(30);
  std::chrono::milliseconds post_max = std::chrono::seconds(15);
  // How often the list is looked at when nothing is known to be due: for what other services left.
  std::chrono::milliseconds recheck = std::chrono::minutes(1);
};

// What it refers to must outlive it.
struct DelivererParts {
  net::any_io_executor executor;
  Clock& clock;
  store::JobStore& store;
  HttpPost& http;
  std::function<std::string(const job::Job&)> encode;
  prometheus::Registry& metrics;
};

class Deliverer {
 public:
  // Begins soon after.
  Deliverer(DelivererParts parts, DelivererOptions options);

  // Something is due now.
  void wake();
  // Begins no more, lets what is under way end within `drain` and then breaks it off; that is due again at
  // once. Await it before the destructor. May be called twice.
  Task<void> stop(std::chrono::milliseconds drain);

 private:
  // For posts of one kind: to a host, with a large body. Those that find none come back one after the other,
  // as fast as it takes them: in memory they would be without a bound, and who is slow would keep others'
  // places.
  struct Places {
    std::size_t taken = 0;
    std::chrono::milliseconds took{0};  // the latest post
    TimePoint free_at{};
    // When the next one that finds no place should come back.
    TimePoint next_turn(TimePoint now, std::size_t places);
  };

  std::optional<TimePoint> when_due();
  net::awaitable<void> run();
  Task<void> claim();
  void begin(store::DueCallback callback);
  net::awaitable<void> put_off(store::DueCallback callback, TimePoint until);
  net::awaitable<void> deliver(store::DueCallback callback, Url url);
  net::awaitable<void> attempt(store::DueCallback callback, Url url);
  net::awaitable<void> send(store::DueCallback callback, Url url, std::string body);
  Task<std::string> body_of(store::DueCallback callback);
  Post make_post(const store::DueCallback& callback, Url url, std::string body) const;
  net::awaitable<void> settle(store::DueCallback callback, Result<Answer> answer, std::string host);
  net::awaitable<void> remove(job::JobId id);
  void end_one();

  DelivererParts parts_;
  const DelivererOptions options_;
  prometheus::Counter& delivered_;
  prometheus::Counter& failed_;
  prometheus::Counter& given_up_;
  prometheus::Gauge& under_way_gauge_;
  std::minstd_rand random_;
  std::map<std::string, Places> hosts_;  // with posts under way
  Places large_;                         // bodies
  Places refused_;                       // by HttpPost, which keeps bounds of its own
  std::size_t under_way_ = 0;
  std::size_t large_bytes_ = 0;
  bool is_reading_ = false;  // one job at a time: only its body's size is known to be bounded
  bool is_woken_ = false;
  bool is_stopping_ = false;
  TimePoint next_at_{};
  Notifier changed_;
  TaskGroup tasks_;
  queue::DeadlineTimer timer_;
};

}  // namespace code_exec::callback
