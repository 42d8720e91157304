#include "cli/settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <sstream>

namespace code_exec::cli {
namespace {

// Options that say something about the command line itself.
bool is_setting(const CLI::Option& option) {
  const auto& names = option.get_lnames();
  return !names.empty() && names.front() != "help" && names.front() != "config";
}

CLI::Option* find_option(const CLI::App& command, const std::string& name) {
  for (CLI::Option* option : const_cast<CLI::App&>(command).get_options()) {
    if (is_setting(*option) && option->check_lname(name)) return option;
  }
  return nullptr;
}

Result<void> set(CLI::Option& option, const std::string& value, const std::string& source) {
  try {
    option.default_val(value);
    if (option.get_type_name() == "SECRET") option.default_str("");
    return ok();
  } catch (const CLI::Error& error) {
    return Error{Errc::invalid, error.what(), source};
  }
}

Result<void> apply_environment(const CLI::App& command) {
  for (CLI::Option* option : const_cast<CLI::App&>(command).get_options()) {
    if (!is_setting(*option)) continue;
    const std::string variable = variable_name(option->get_lnames().front());
    const char* value = std::getenv(variable.c_str());
    if (!value || !*value) continue;  // set to nothing, as compose files do, means not set
    if (auto done = set(*option, value, variable); !done) return done;
  }
  return ok();
}

// What the environment says; empty: nothing, as compose files leave it.
std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Result<void> check_port(const std::string& text, const char* name) {
  const bool number = text.size() <= 5 && std::all_of(text.begin(), text.end(),
                                                      [](unsigned char c) { return c >= '0' && c <= '9'; });
  if (number && std::stoi(text) <= 65535) return ok();
  return Error{Errc::invalid, "must be a port number", name};
}

Result<void> apply_former_port(const CLI::App& command) {
  const char* name = command.get_name() == "worker" ? "WORKER_PORT" : "COMMAND_PORT";
  CLI::Option* listen = find_option(command, "listen");
  const std::string port = variable(name);
  if (!listen || port.empty()) return ok();
  if (auto checked = check_port(port, name); !checked) return checked;
  return set(*listen, "127.0.0.1:" + port, name);
}

// For the services that need them: `serve` works without, and what an environment happens to name must not
// change where its jobs are.
Result<void> apply_former_servers(const CLI::App& command) {
  if (command.get_name() != "command" && command.get_name() != "worker") return ok();
  const std::string host = variable("REDIS_HOST");
  const std::string port = variable("REDIS_PORT");
  if (!port.empty()) {
    if (auto checked = check_port(port, "REDIS_PORT"); !checked) return checked;
  }
  CLI::Option* redis = find_option(command, "redis");
  if (redis && !host.empty()) {
    auto done = set(*redis, "redis://" + host + ":" + (port.empty() ? "6379" : port), "REDIS_HOST");
    if (!done) return done;
  }
  CLI::Option* mongo = find_option(command, "mongo");
  const std::string uri = variable("MONGO_URI");
  return mongo && !uri.empty() ? set(*mongo, uri, "MONGO_URI") : ok();
}

std::optional<std::string> text_of(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return text;
  if (!node.is_integer() && !node.is_floating_point() && !node.is_boolean()) return std::nullopt;
  std::ostringstream out;
  node.visit([&out](const auto& value) {
    if constexpr (toml::is_boolean<decltype(value)>) {
      out << (value.get() ? "true" : "false");
    } else if constexpr (toml::is_number<decltype(value)>) {
      out << value.get();
    }
  });
  return out.str();
}

// `everywhere`: the keys at the file's top, which may be meant for another subcommand.
Result<void> apply_table(const CLI::App& command, const std::vector<CLI::App*>& commands,
                         const toml::table& table, const std::string& file, bool everywhere) {
  for (const auto& [key, node] : table) {
    if (everywhere && node.is_table()) continue;
    const std::string name(key.str());
    std::ostringstream place;
    place << file << ':' << node.source().begin.line << ": " << name;
    const bool known =
        find_option(command, name) ||
        (everywhere && std::any_of(commands.begin(), commands.end(), [&](const CLI::App* other) {
           return find_option(*other, name) != nullptr;
         }));
    if (!known) return Error{Errc::invalid, "there is no such option", place.str()};
    CLI::Option* option = find_option(command, name);
    if (!option) continue;
    const auto text = text_of(node);
    if (!text) return Error{Errc::invalid, "must be a string, a number or a boolean", place.str()};
    if (auto done = set(*option, *text, place.str()); !done) return done;
  }
  return ok();
}

Result<void> apply_file(const CLI::App& command, const std::vector<CLI::App*>& commands,
                        const std::string& file) {
  toml::table root;
  try {
    root = toml::parse_file(file);
  } catch (const toml::parse_error& error) {
    std::ostringstream place;
    place << file;
    if (error.source().begin.line > 0) place << ':' << error.source().begin.line;
    return Error{Errc::malformed, std::string(error.description()), place.str()};
  }
  for (const auto& [key, node] : root) {
    if (!node.is_table()) continue;
    const bool known = std::any_of(commands.begin(), commands.end(), [&key = key](const CLI::App* other) {
      return other->get_name() == key.str();
    });
    if (!known)
      return Error{Errc::invalid, "there is no such subcommand", file + ": [" + std::string(key.str()) + "]"};
  }
  if (auto done = apply_table(command, commands, root, file, true); !done) return done;
  const toml::table* own = root[command.get_name()].as_table();
  return own ? apply_table(command, commands, *own, file, false) : ok();
}

// What the command line or the environment gives as --config; the command line is not parsed yet.
std::string config_file(const std::vector<std::string>& arguments) {
  constexpr std::string_view prefix = "--config=";
  for (std::size_t i = 1; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (arguments[i].starts_with(prefix)) return arguments[i].substr(prefix.size());
    if (arguments[i] == "--config" && i + 1 < arguments.size()) return arguments[i + 1];
  }
  const char* variable = std::getenv("CODE_EXEC_CONFIG");
  return variable ? variable : "";
}

}  // namespace

std::string variable_name(const std::string& option_name) {
  std::string name = "CODE_EXEC_";
  for (char c : option_name.substr(option_name.find_first_not_of('-'))) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

Result<void> apply_settings(const std::vector<CLI::App*>& commands,
                            const std::vector<std::string>& arguments) {
  const auto command = std::find_if(commands.begin(), commands.end(), [&](const CLI::App* candidate) {
    return arguments.size() > 1 && candidate->get_name() == arguments[1];
  });
  if (command == commands.end()) return ok();
  if (auto done = apply_former_port(**command); !done) return done;
  if (auto done = apply_former_servers(**command); !done) return done;
  if (const std::string file = config_file(arguments); !file.empty()) {
    if (auto done = apply_file(**command, commands, file); !done) return done;
  }
  return apply_environment(**command);
}

}  // namespace code_exec::cli
