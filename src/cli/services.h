// cli/services.h - what one process of ours does: accept jobs over HTTP, execute them, or both.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/task.h"
#include "cli/backends.h"
#include "http/gate.h"
#include "http/server.h"
#include "runtime/runtime.h"
#include "service/service.h"
#include "worker/worker.h"

namespace code_exec::cli {

enum class Role { everything, command, worker };

struct ServicesOptions {
  Role role = Role::everything;
  BackendOptions backends;
  http::ServerOptions server;
  http::GateOptions gate;
  service::ServiceOptions service;
  worker::WorkerOptions worker;
  std::string callback_secret;  // empty: `serve` keeps one in the data directory, others call nobody back
  bool board_read_only = false;
  bool board_show_source = false;  // where keys are needed; where none is, it does
  std::size_t slots = 4;           // that the sandbox host was told to make
};

class Services {
 public:
  virtual ~Services() = default;
  // Opens the store, listens, and begins to take jobs up; those that an earlier process left come back in the
  // background. Blocks while it opens files. Errc::unavailable: they cannot be used, or the address is taken;
  // call stop() then too.
  virtual Task<void> start() = 0;
  virtual std::string address() const = 0;
  // Takes no more requests and lets what is under way end within `drain`; runs that are left then are killed
  // and begin anew elsewhere or after the next start. May be called twice.
  virtual Task<void> stop(std::chrono::milliseconds drain) = 0;
};

// The working directory is the data directory, of all but a command service. `host_connections` is empty for
// one. `loop`, `runtimes` and `keys` must outlive what is returned, and stop() must have returned before it
// goes.
std::unique_ptr<Services> make_services(ServicesOptions options, net::io_context& loop, Fd host_connections,
                                        const runtime::Registry& runtimes, access::KeyRing& keys);

}  // namespace code_exec::cli
