// Everything in one process and its sandbox host: what `make serve` starts.
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/service_process.h"

namespace code_exec::cli {

Command add_serve(CLI::App& app) {
  auto options = std::make_shared<ServiceProcessOptions>();
  CLI::App* command = app.add_subcommand("serve", "Everything in one: HTTP API, queues, store and sandbox");
  add_process_options(*command, *options);
  add_accept_options(*command, *options);
  add_execute_options(*command, *options);
  add_backend_options(*command, *options);
  return {command, [options] { return run_service_process(*options); }};
}

}  // namespace code_exec::cli
