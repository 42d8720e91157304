// redis/server_for_test.h - a Redis server of a test program's own, on a free port of loopback, which ends
// with the program.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "base/fd.h"
#include "redis/url.h"

namespace code_exec::redis {

inline bool accepts(std::uint16_t port) {
  const Fd probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(probe.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
}

inline std::uint16_t free_port() {
  const Fd probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(probe.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return 0;
  getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

// Errc::unavailable: there is no redis-server on this machine.
inline Result<Url> server_for_test() {
  static const Result<Url> started = []() -> Result<Url> {
    const Error missing{Errc::unavailable, "needs redis-server: scripts/install-deps.sh test", {}};
    if (std::system("command -v redis-server >/dev/null") != 0) return missing;
    Url url;
    url.host = "127.0.0.1";
    url.port = free_port();
    const std::string port = std::to_string(url.port);
    if (fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
      execlp("redis-server", "redis-server", "--port", port.c_str(), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--logfile", "/dev/null", "--loglevel", "warning",
             static_cast<char*>(nullptr));
      _exit(127);
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!accepts(url.port)) {
      if (std::chrono::steady_clock::now() > deadline) return missing;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return url;
  }();
  return started;
}

}  // namespace code_exec::redis
