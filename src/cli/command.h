// cli/command.h - the subcommands: each is one file that adds its options and says what to do with them.
// Exit codes shared by all: 0 done, 1 it did not work, 2 the command line, the environment or the
// configuration file is wrong. `run` has more, see run.cc.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <memory>
#include <vector>

namespace code_exec::cli {

inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

struct Command {
  CLI::App* app;             // owned by the application it was added to
  std::function<int()> run;  // gives the exit code; owns the values of its options
};

Command add_serve(CLI::App& app);
Command add_command_service(CLI::App& app);
Command add_worker_service(CLI::App& app);
Command add_run(CLI::App& app);
Command add_doctor(CLI::App& app);
Command add_runtimes(CLI::App& app);
Command add_keys(CLI::App& app);
Command add_bench(CLI::App& app);

// Reads configuration file, environment and command line, in this order (the later wins), and runs the
// subcommand named. Returns the exit code.
int run_command(CLI::App& app, const std::vector<Command>& commands, int argc, char** argv);

}  // namespace code_exec::cli
