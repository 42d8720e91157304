// redis/server_for_test.h - a Redis server of a test program's own.
#pragma once

#include "base/server_for_test.h"
#include "redis/url.h"

namespace code_exec::redis {

// Errc::unavailable: there is no redis-server on this machine.
inline Result<Url> server_for_test() {
  static const Result<Url> started = []() -> Result<Url> {
    Url url;
    url.host = "127.0.0.1";
    url.port = free_port();
    auto running =
        start_server({"redis-server", "--port", std::to_string(url.port), "--bind", "127.0.0.1", "--save", "",
                      "--appendonly", "no", "--logfile", "/dev/null", "--loglevel", "warning"},
                     url.port);
    if (!running) return running.error();
    return url;
  }();
  return started;
}

}  // namespace code_exec::redis
