#include "access/client_limits.h"

#include <algorithm>
#include <cmath>

namespace code_exec::access {

struct ClientLimits::Client {
  std::string name;
  bool filled = false;
  double tokens = 0;
  TimePoint filled_at{};
  std::uint32_t under_way = 0;
};

namespace {

double bucket_size(const Limits& limits) {
  return std::max(1.0, limits.burst > 0 ? limits.burst : limits.rate);
}

// Until so much has come; a small rate makes it any length.
std::int64_t seconds_for(double tokens, double rate) {
  constexpr double longest = 365.0 * 24 * 3600;
  return static_cast<std::int64_t>(std::clamp(std::ceil(tokens / rate), 0.0, longest));
}

}  // namespace

ClientLimits::ClientLimits(Clock& clock, std::size_t clients_max)
    : clock_(clock), clients_max_(clients_max) {}

std::shared_ptr<ClientLimits::Client> ClientLimits::client(const std::string& name) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    clients_.splice(clients_.begin(), clients_, found->second);
    return clients_.front();
  }
  if (clients_.size() >= clients_max_) {
    by_name_.erase(clients_.back()->name);
    clients_.pop_back();  // what it has under way holds it
  }
  clients_.push_front(std::make_shared<Client>(Client{.name = name}));
  by_name_.emplace(name, clients_.begin());
  return clients_.front();
}

ClientLimits::Admission ClientLimits::admit(const std::string& name, const Limits& limits, bool submits) {
  Admission admission;
  if (!limits.any()) return admission;
  admission.client = client(name);
  Client& asking = *admission.client;
  if (limits.concurrency > 0 && asking.under_way >= limits.concurrency) {
    admission.verdict = Verdict::too_many_at_once;
    return admission;
  }
  if (limits.rate > 0 && submits) {
    const double size = bucket_size(limits);
    const TimePoint now = clock_.now();
    if (!std::exchange(asking.filled, true)) asking.tokens = size;
    // The clock may have been set back.
    const double passed = std::max(0.0, std::chrono::duration<double>(now - asking.filled_at).count());
    if (asking.filled_at != TimePoint()) asking.tokens = std::min(size, asking.tokens + passed * limits.rate);
    asking.filled_at = now;
    if (asking.tokens < 1) {
      admission.verdict = Verdict::too_fast;
      admission.retry_after = std::chrono::seconds(seconds_for(1 - asking.tokens, limits.rate));
      return admission;
    }
    asking.tokens -= 1;
  }
  if (limits.concurrency > 0) {
    ++asking.under_way;
    admission.lease =
        std::shared_ptr<const void>(nullptr, [held = admission.client](const void*) { --held->under_way; });
  }
  return admission;
}

void ClientLimits::charge(Client& client, std::size_t cost) {
  if (cost > 1) client.tokens -= static_cast<double>(cost - 1);
}

ClientLimits::Standing ClientLimits::standing(const Client& client, const Limits& limits) {
  const double size = bucket_size(limits);
  return {.quota = static_cast<std::int64_t>(size),
          .window_s = std::max<std::int64_t>(1, seconds_for(size, limits.rate)),
          .remaining = static_cast<std::int64_t>(std::max(0.0, client.tokens)),
          .full_after_s = seconds_for(size - client.tokens, limits.rate)};
}

}  // namespace code_exec::access
