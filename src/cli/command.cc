#include "cli/command.h"

#include <algorithm>
#include <CLI/CLI.hpp>

#include "cli/options.h"
#include "cli/settings.h"

namespace code_exec::cli {

int run_command(CLI::App& app, const std::vector<Command>& commands, int argc, char** argv) {
  std::vector<CLI::App*> apps;
  for (const Command& command : commands) {
    // Read by apply_settings(), before the command line is parsed.
    const std::string description =
        "TOML file with options, at its top or in a table [" + command.app->get_name() + "]";
    command.app->add_option("--config", description)->type_name("FILE");
    apps.push_back(command.app);
  }
  const std::string name = argc > 1 ? argv[1] : "";
  const bool known = std::any_of(apps.begin(), apps.end(),
                                 [&name](const CLI::App* command) { return command->get_name() == name; });
  // CLI11 would only say that a subcommand is required.
  if (!known && !name.empty() && !name.starts_with('-'))
    return usage_error(name, "there is no such subcommand");
  auto settings = apply_settings(apps, {argv, argv + argc});
  if (!settings) return usage_error(settings.error().field, settings.error().detail);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_usage;  // --help comes here too
  }
  for (const Command& command : commands) {
    if (command.app->parsed()) return command.run();
  }
  return exit_usage;
}

}  // namespace code_exec::cli
