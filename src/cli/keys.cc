// Makes, lists and revokes API keys. Running services follow the file; nothing is told to them.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "access/key_file.h"
#include "cli/access_options.h"
#include "cli/command.h"
#include "cli/options.h"

namespace code_exec::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using access::Key;
using access::KeyFile;

struct KeysOptions {
  std::string data_directory = "./data";
  std::string keys_file;
  std::string name;  // of the key to add; or name or id of the one to revoke
  bool admin = false;
  std::optional<double> rate;
  std::optional<double> burst;
  std::optional<std::uint32_t> concurrency;
  bool as_json = false;
};

std::string now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

fs::path path_of(const KeysOptions& options) {
  if (!options.keys_file.empty()) return options.keys_file;
  return fs::path(options.data_directory) / keys_file_name;
}

// As a service makes it: the key for it may be there before it is started for the first time.
Result<void> make_data_directory(const std::string& directory) {
  std::error_code error;
  if (const fs::path parent = fs::path(directory).parent_path(); !parent.empty())
    fs::create_directories(parent, error);
  if (mkdir(directory.c_str(), 0700) != 0) {
    if (errno == EEXIST) return ok();
    return system_error(Errc::unavailable, "create", directory, errno);
  }
  if (geteuid() == 0 && chown(directory.c_str(), sandbox::service_uid, sandbox::service_uid) != 0)
    return system_error(Errc::unavailable, "chown", directory, errno);
  return ok();
}

int add_key(const KeysOptions& options) {
  if (!access::is_key_name(options.name))
    return usage_error("NAME", "must be 1 to 64 letters, digits, '.', '_', '@' or '-'");
  if (options.keys_file.empty()) {
    if (auto made = make_data_directory(options.data_directory); !made) return failure(made.error());
  }
  auto file = KeyFile::open(path_of(options));
  if (!file) return failure(file.error());
  const std::string text = access::make_key();
  const Key key{.name = options.name,
                .id = access::make_key_id(),
                .digest = access::digest_of(text),
                .admin = options.admin,
                .created = now(),
                .rate = options.rate,
                .burst = options.burst,
                .concurrency = options.concurrency};
  const auto added = file->change([&key](std::vector<Key>& keys) -> Result<void> {
    const bool taken = std::any_of(keys.begin(), keys.end(), [&key](const Key& other) {
      return other.name == key.name || other.id == key.name || other.id == key.id;
    });
    if (taken) return Error{Errc::conflict, "there is a key called " + key.name + ": revoke it first", {}};
    keys.push_back(key);
    return ok();
  });
  if (!added) return failure(added.error());
  // The key alone on standard output, for scripts.
  std::error_code error;
  const fs::path path = fs::absolute(file->path(), error).lexically_normal();
  std::fprintf(
      stderr,
      "Added %s %s in %s. Services with this file ask everybody for a key from now on. This is the only "
      "time that the key is shown:\n",
      options.admin ? "the admin's key" : "the key", key.id.c_str(), path.c_str());
  std::printf("%s\n", text.c_str());
  return 0;
}

std::string number(const std::optional<double>& value) {
  if (!value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%g", *value);
  return text;
}

void print_json(const std::vector<Key>& keys) {
  json::array all;
  for (const Key& key : keys) {
    json::object each{{"id", key.id}, {"name", key.name}, {"admin", key.admin}, {"created", key.created}};
    if (key.rate) each["rate"] = *key.rate;
    if (key.burst) each["burst"] = *key.burst;
    if (key.concurrency) each["concurrency"] = *key.concurrency;
    all.push_back(std::move(each));
  }
  std::printf("%s\n", json::serialize(json::object{{"keys", std::move(all)}}).c_str());
}

void print_table(const std::vector<Key>& keys) {
  std::printf("%-11s %-6s %-21s %6s %6s %12s  %s\n", "ID", "ADMIN", "CREATED", "RATE", "BURST", "CONCURRENCY",
              "NAME");
  for (const Key& key : keys)
    std::printf("%-11s %-6s %-21s %6s %6s %12s  %s\n", key.id.c_str(), key.admin ? "yes" : "no",
                key.created.c_str(), number(key.rate).c_str(), number(key.burst).c_str(),
                key.concurrency ? std::to_string(*key.concurrency).c_str() : "-", key.name.c_str());
}

int list_keys(const KeysOptions& options) {
  auto file = KeyFile::open(path_of(options));
  if (!file) return failure(file.error());
  auto contents = file->read();
  if (!contents) return failure(contents.error());
  if (options.as_json) {
    print_json(contents->keys);
  } else {
    print_table(contents->keys);
  }
  return 0;
}

int revoke_key(const KeysOptions& options) {
  auto file = KeyFile::open(path_of(options));
  if (!file) return failure(file.error());
  if (auto exists = file->stamp(); !exists) return failure(exists.error());
  std::string id;
  const auto revoked = file->change([&](std::vector<Key>& keys) -> Result<void> {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& key) {
      return key.id == options.name || key.name == options.name;
    });
    if (found == keys.end()) return Error{Errc::not_found, "there is no key called " + options.name, {}};
    id = found->id;
    keys.erase(found);
    return ok();
  });
  if (!revoked) return failure(revoked.error());
  std::printf("Revoked %s. Services that run refuse it within a second.\n", id.c_str());
  return 0;
}

}  // namespace

Command add_keys(CLI::App& app) {
  auto options = std::make_shared<KeysOptions>();
  CLI::App* command = app.add_subcommand("keys", "API keys: make, list and revoke them");
  command->require_subcommand(1);
  command->add_option("--data-dir", options->data_directory, "of the service")
      ->type_name("DIR")
      ->capture_default_str();
  add_keys_file(*command, options->keys_file);

  CLI::App* add =
      command->add_subcommand("add", "Make a key; it is shown once, on standard output")->fallthrough();
  add->add_option("NAME", options->name, "who is to have it")->required();
  add->add_flag("--admin", options->admin, "it opens the board too");
  const auto limit = [add](const char* name, auto& value, const char* what) {
    add->add_option(name, value, what)->check(CLI::Range(0.0, 1e6))->type_name("N");
  };
  limit("--rate", options->rate, "submissions a second, instead of what holds for all; 0 for no limit");
  limit("--burst", options->burst, "submissions at once after a pause (those of one second)");
  limit("--concurrency", options->concurrency,
        "requests at one time, instead of what holds for all; 0 for no limit");

  CLI::App* list = command->add_subcommand("list", "The keys there are, without what would open anything");
  list->fallthrough();
  list->add_flag("--json", options->as_json, "print one JSON object");

  CLI::App* revoke = command->add_subcommand("revoke", "Make a key useless")->fallthrough();
  revoke->add_option("NAME", options->name, "or its id, as `keys list` shows them")->required();

  for (CLI::App* each : {add, list, revoke})
    each->footer("The options of `code-exec keys`, --data-dir and --keys-file, can be given here too.");
  return {command, [options, add, list] {
            return add->parsed()    ? add_key(*options)
                   : list->parsed() ? list_keys(*options)
                                    : revoke_key(*options);
          }};
}

}  // namespace code_exec::cli
