#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "cli/command.h"
#include "mongo/counters_file.h"

int main(int argc, char** argv) {
  namespace cli = code_exec::cli;
  code_exec::mongo::remove_counters_file();
  CLI::App app("Runs code that you do not trust and gives back what it printed.", "code-exec");
  app.set_version_flag("--version", CODE_EXEC_VERSION);
  app.require_subcommand(1);
  app.footer("Every option --some-name can also be set as CODE_EXEC_SOME_NAME, or in the file of --config.");
  try {
    const std::vector<cli::Command> commands{cli::add_serve(app),          cli::add_command_service(app),
                                             cli::add_worker_service(app), cli::add_run(app),
                                             cli::add_doctor(app),         cli::add_runtimes(app),
                                             cli::add_keys(app),           cli::add_bench(app)};
    return cli::run_command(app, commands, argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "code-exec: %s\n", error.what());
    return cli::exit_failed;
  }
}
