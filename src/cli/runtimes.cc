#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/App.hpp>
#include <cstdio>

#include "cli/command.h"
#include "cli/options.h"

namespace code_exec::cli {
namespace {

struct RuntimesOptions {
  RuntimesOption runtimes;
  bool json = false;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void print_json(const runtime::Registry& registry) {
  boost::json::array found;
  for (const runtime::Runtime& one : registry.all()) {
    boost::json::array aliases(one.aliases.begin(), one.aliases.end());
    found.push_back({{"name", one.name}, {"version", one.version}, {"aliases", std::move(aliases)}});
  }
  boost::json::array missing;
  for (const runtime::Missing& one : registry.missing())
    missing.push_back({{"name", one.name}, {"why", one.why}});
  const boost::json::object all{{"runtimes", std::move(found)}, {"missing", std::move(missing)}};
  std::printf("%s\n", boost::json::serialize(all).c_str());
}

void print_table(const runtime::Registry& registry) {
  std::printf("%-14s %-22s %s\n", "LANGUAGE", "VERSION", "ALIASES");
  for (const runtime::Runtime& one : registry.all())
    std::printf("%-14s %-22s %s\n", one.name.c_str(), one.version.c_str(), joined(one.aliases).c_str());
  if (!registry.missing().empty()) std::printf("\nNot on this host:\n");
  for (const runtime::Missing& one : registry.missing())
    std::printf("%-14s %s\n", one.name.c_str(), one.why.c_str());
}

int list_runtimes(const RuntimesOptions& options) {
  auto registry = options.runtimes.load();
  if (!registry) return failure(registry.error());
  if (options.json) {
    print_json(*registry);
  } else {
    print_table(*registry);
  }
  return 0;
}

}  // namespace

Command add_runtimes(CLI::App& app) {
  auto options = std::make_shared<RuntimesOptions>();
  CLI::App* command = app.add_subcommand("runtimes", "The languages found on this host, with their versions");
  options->runtimes.add(*command);
  command->add_flag("--json", options->json, "print one JSON object");
  return {command, [options] { return list_runtimes(*options); }};
}

}  // namespace code_exec::cli
