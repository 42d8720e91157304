#include "callback/resolver.h"

#include <netdb.h>
#include <pthread.h>

#include <boost/asio/post.hpp>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "base/event.h"

namespace code_exec::callback {
namespace {

using Addresses = std::vector<net::ip::address>;

net::ip::address address_of(const sockaddr* found) {
  if (found->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, found, sizeof v4);
    return net::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, found, sizeof v6);
  net::ip::address_v6::bytes_type bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return net::ip::address_v6(bytes, v6.sin6_scope_id);
}

Addresses look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(found, freeaddrinfo);
  Addresses addresses;
  for (const addrinfo* one = found; one; one = one->ai_next) {
    if (one->ai_family == AF_INET || one->ai_family == AF_INET6)
      addresses.push_back(address_of(one->ai_addr));
  }
  return addresses;
}

}  // namespace

// One lookup. Of the event loop.
struct Resolver::Request {
  explicit Request(const net::any_io_executor& executor) : ended(executor) {}
  std::optional<Addresses> addresses;
  bool is_cancelled = false;
  Latch ended;
};

struct Resolver::State {
  explicit State(net::any_io_executor e) : executor(std::move(e)) {}

  std::mutex mutex;
  net::any_io_executor executor;
  bool is_gone = false;  // under the mutex: the loop may be, too
  int threads = 0;       // under the mutex

  std::vector<std::weak_ptr<Request>> requests;  // of the event loop
  bool is_stopped = false;                       // of the event loop
};

Resolver::Resolver(net::any_io_executor executor, Lookup lookup)
    : state_(std::make_shared<State>(std::move(executor))), lookup_(lookup ? lookup : look_up) {}

Resolver::~Resolver() {
  const std::lock_guard lock(state_->mutex);
  state_->is_gone = true;
}

Task<std::vector<net::ip::address>> Resolver::resolve(std::string host, std::chrono::milliseconds bound) {
  if (state_->is_stopped) co_return Error{Errc::cancelled, "the lookup was stopped", {}};
  boost::system::error_code is_name;
  const net::ip::address literal = net::ip::make_address(host, is_name);
  if (!is_name) co_return Addresses{literal};
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->threads >= lookups_max) co_return Error{Errc::full, "too many lookups do not end", {}};
    ++state_->threads;
  }
  auto request = std::make_shared<Request>(state_->executor);
  std::erase_if(state_->requests, [](const auto& one) { return one.expired(); });
  state_->requests.push_back(request);
  auto work = [state = state_, request = std::weak_ptr(request), lookup = lookup_, host] {
    Addresses found = lookup(host);
    const std::lock_guard lock(state->mutex);
    --state->threads;
    if (state->is_gone) return;
    net::post(state->executor, [request, found = std::move(found)]() mutable {
      auto waiting = request.lock();
      if (!waiting) return;
      waiting->addresses = std::move(found);
      waiting->ended.set();
    });
  };
  try {
    std::thread thread(std::move(work));
    pthread_setname_np(thread.native_handle(), "callback-lookup");
    thread.detach();
  } catch (const std::system_error& error) {
    const std::lock_guard lock(state_->mutex);
    --state_->threads;
    co_return Error{Errc::full, error.what(), {}};
  }
  auto ended = co_await request->ended.wait_until(std::chrono::steady_clock::now() + bound);
  if (request->is_cancelled) co_return Error{Errc::cancelled, "the lookup was stopped", {}};
  if (!ended) co_return Error{ended.error().code, "the lookup of the name took too long", {}};
  if (request->addresses->empty()) co_return Error{Errc::not_found, "the name has no address", {}};
  co_return std::move(*request->addresses);
}

void Resolver::stop() {
  state_->is_stopped = true;
  for (const auto& one : state_->requests) {
    auto waiting = one.lock();
    if (!waiting) continue;
    waiting->is_cancelled = true;
    waiting->ended.set();
  }
}

}  // namespace code_exec::callback
