// access/client_limits.h - how much one client may ask for: submissions by a token bucket, and requests at
// one time. Belongs to the event loop thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace code_exec::access {

// 0: no limit.
struct Limits {
  double rate = 0;   // submissions a second
  double burst = 0;  // that may come at once after a pause; 0: those of one second, at least one
  std::uint32_t concurrency = 0;
  bool any() const { return rate > 0 || concurrency > 0; }
};

class ClientLimits {
 public:
  // Of more clients than `clients_max` the one that was silent longest is forgotten, and begins anew.
  explicit ClientLimits(Clock& clock, std::size_t clients_max = 100'000);

  enum class Verdict { admitted, too_many_at_once, too_fast };
  struct Client;
  struct Admission {
    Verdict verdict = Verdict::admitted;
    std::chrono::seconds retry_after{};  // where too fast: when one more is admitted, rounded up
    std::shared_ptr<Client> client;
    std::shared_ptr<const void> lease;  // the request is under way for as long as somebody holds it
  };

  // A request of the client of that name, which submits or does not.
  Admission admit(const std::string& name, const Limits& limits, bool submits);

  // The request turned out to cost so many submissions and not one. What the bucket lacks is owed: the next
  // ones wait until it is paid. So a batch larger than the burst is possible, and the rate holds all the
  // same.
  static void charge(Client& client, std::size_t cost);

  // As headers tell it.
  struct Standing {
    std::int64_t quota;      // the bucket's size
    std::int64_t window_s;   // in which an empty one fills
    std::int64_t remaining;  // submissions that would be admitted now
    std::int64_t full_after_s;
  };
  static Standing standing(const Client& client, const Limits& limits);

 private:
  std::shared_ptr<Client> client(const std::string& name);

  Clock& clock_;
  const std::size_t clients_max_;
  std::list<std::shared_ptr<Client>> clients_;  // who asked last is first
  std::unordered_map<std::string, decltype(clients_)::iterator> by_name_;
};

}  // namespace code_exec::access
