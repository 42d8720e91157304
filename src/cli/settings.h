// cli/settings.h - options that come from elsewhere than the command line. Every option --some-name can also
// be given as CODE_EXEC_SOME_NAME in the environment, or as some-name in the TOML file that --config (or
// CODE_EXEC_CONFIG) names: at the file's top, where it holds for every subcommand that has such an option, or
// in the table of one subcommand. The command line wins over the environment, that over the file.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace code_exec::cli {

// Makes what environment and file say the defaults of the options of the subcommand that `arguments` (argv)
// names:
// --help shows them (but for options of the type name SECRET), and the command line overrides them. Call it
// before the command line is parsed. What the system before this one had holds where nothing else says
// otherwise: COMMAND_PORT and, of a worker, WORKER_PORT as the port of --listen; REDIS_HOST, REDIS_PORT and
// MONGO_URI of command and worker services. Errc::invalid or Errc::malformed: Error::field names the
// variable, or the file and its key.
Result<void> apply_settings(const std::vector<CLI::App*>& commands,
                            const std::vector<std::string>& arguments);

// "CODE_EXEC_SOME_NAME" for "--some-name".
std::string variable_name(const std::string& option_name);

}  // namespace code_exec::cli
