// One of many command services: accepts jobs, executes none. Keeps no files.
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/service_process.h"

namespace code_exec::cli {

Command add_command_service(CLI::App& app) {
  auto options = std::make_shared<ServiceProcessOptions>();
  options->role = Role::command;
  CLI::App* command = app.add_subcommand("command", "The HTTP API alone; workers execute the jobs");
  add_process_options(*command, *options);
  add_accept_options(*command, *options);
  add_backend_options(*command, *options);
  return {command, [options] { return run_service_process(*options); }};
}

}  // namespace code_exec::cli
