// One of many workers: takes jobs from the queues and executes them. Over HTTP it tells how it is.
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/service_process.h"

namespace code_exec::cli {

Command add_worker_service(CLI::App& app) {
  auto options = std::make_shared<ServiceProcessOptions>();
  options->role = Role::worker;
  options->listen = "127.0.0.1:3001";
  CLI::App* command = app.add_subcommand("worker", "Executes the jobs that command services accept");
  add_process_options(*command, *options);
  add_execute_options(*command, *options);
  add_backend_options(*command, *options);
  return {command, [options] { return run_service_process(*options); }};
}

}  // namespace code_exec::cli
