// callback/resolver.h - names to addresses, where the names are a client's. Whoever owns a name decides how
// long its lookup takes, and a lookup cannot be stopped: Asio's resolver has one thread, behind which Redis'
// own name would wait. So each of ours has a thread to itself, which is left to its end when nobody waits for
// it any more, and there is a bound on those.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/task.h"

namespace code_exec::callback {

inline constexpr int lookups_max = 64;

class Resolver {
 public:
  using Lookup = std::vector<net::ip::address> (*)(const std::string& host);  // blocks; empty: not found

  explicit Resolver(net::any_io_executor executor, Lookup lookup = nullptr);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Errc::not_found, Errc::timeout, Errc::full: too many lookups do not end; Errc::cancelled: see stop().
  Task<std::vector<net::ip::address>> resolve(std::string host, std::chrono::milliseconds bound);
  // Every resolve() ends with Errc::cancelled.
  void stop();

 private:
  struct State;
  struct Request;
  std::shared_ptr<State> state_;  // shared with the threads, which may end after us
  Lookup lookup_;
};

}  // namespace code_exec::callback
