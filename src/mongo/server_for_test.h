// mongo/server_for_test.h - a server of MongoDB's protocol of a test program's own: mongod where it is on the
// path, otherwise FerretDB (scripts/install-ferretdb.sh).
#pragma once

#include "base/server_for_test.h"
#include "base/temporary_directory_for_test.h"

namespace code_exec::mongo {

// "127.0.0.1:PORT". Errc::unavailable: there is none on this machine.
inline Result<std::string> server_for_test() {
  static TemporaryDirectory data;
  static const Result<std::string> started = []() -> Result<std::string> {
    const std::uint16_t port = free_port();
    const std::string address = "127.0.0.1:" + std::to_string(port);
    auto running = start_server({"mongod", "--bind_ip", "127.0.0.1", "--port", std::to_string(port),
                                 "--dbpath", data.path(), "--quiet", "--logpath", data.path() / "log"},
                                port);
    if (!running) running = start_server({"ferretdb", address, data.path()}, port);
    if (!running)
      return Error{Errc::unavailable, "needs mongod or ferretdb: scripts/install-ferretdb.sh", {}};
    return address;
  }();
  return started;
}

}  // namespace code_exec::mongo
