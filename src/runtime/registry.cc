#include "runtime/runtime.h"

#include <unistd.h>

#include <algorithm>

#include "runtime/command_output.h"
#include "runtime/description.h"

namespace code_exec::runtime {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds version_time_max(5);

// In the order of their names, so that the same error is found first every time.
Result<std::vector<fs::path>> toml_files(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".toml") files.push_back(at->path());
  }
  if (error)
    return Error{
        Errc::not_found, "cannot read the directory " + directory.string() + ": " + error.message(), {}};
  std::sort(files.begin(), files.end());
  return files;
}

// Missing runtimes count too: whether a file is right must not depend on the host.
Result<void> check_unique(const std::vector<Description>& descriptions) {
  std::map<std::string, const Description*> owners;
  for (const Description& description : descriptions) {
    std::vector<std::string> names = description.runtime.aliases;
    names.push_back(description.runtime.name);
    for (const std::string& name : names) {
      auto [owner, is_new] = owners.emplace(name, &description);
      if (is_new) continue;
      const char* key = name == description.runtime.name ? "name" : "aliases";
      return Error{Errc::invalid,
                   description.file.string() + ": " + key + " has \"" + name + "\", which " +
                       owner->second->file.string() + " has too",
                   key};
    }
  }
  return ok();
}

// Why the runtime cannot be used here; empty when it can, as far as files tell.
std::string find_lack(const Description& description) {
  std::vector<std::string> programs{description.version_argv.front(), description.runtime.run_argv.front()};
  if (description.runtime.compile) programs.push_back(description.runtime.compile->argv.front());
  for (const std::string& program : programs) {
    const bool is_ours = program.front() == '/';  // else it is made by the compile
    if (is_ours && ::access(program.c_str(), X_OK) < 0) return program + " is not there or not executable";
  }
  for (const std::string& mount : description.runtime.mounts) {
    std::error_code error;
    if (!fs::is_directory(mount, error)) return "the directory " + mount + " is not there";
  }
  return {};
}

Result<std::string> ask_version(const Description& description) {
  auto output = command_output(description.version_argv, version_time_max);
  if (!output) return output;
  try {
    boost::smatch match;
    const bool is_found = boost::regex_search(*output, match, description.version_pattern);
    if (is_found && match[1].length() > 0) return match[1].str();
  } catch (const std::runtime_error& error) {  // the pattern costs too much on this text
    return Error{Errc::unavailable, error.what(), {}};
  }
  return Error{Errc::unavailable, description.version_argv.front() + " printed no version as described", {}};
}

}  // namespace

Result<Registry> Registry::load(const fs::path& directory, Keep keep) {
  auto files = toml_files(directory);
  if (!files) return files.error();
  std::vector<Description> descriptions;
  for (const fs::path& file : *files) {
    auto description = read_description(file);
    if (!description) return description.error();
    descriptions.push_back(std::move(*description));
  }
  if (auto unique = check_unique(descriptions); !unique) return unique.error();

  Registry registry;
  for (Description& description : descriptions) {
    std::string lack = find_lack(description);
    Result<std::string> version = std::string();
    if (lack.empty()) version = ask_version(description);
    if (!version) lack = version.error().detail;
    if (!lack.empty() && keep == Keep::usable) {
      registry.missing_.push_back(Missing{description.runtime.name, std::move(lack)});
      continue;
    }
    if (version) description.runtime.version = std::move(*version);
    registry.runtimes_.push_back(std::move(description.runtime));
  }
  auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(registry.runtimes_.begin(), registry.runtimes_.end(), by_name);
  std::sort(registry.missing_.begin(), registry.missing_.end(), by_name);
  std::uint32_t number = 0;
  for (Runtime& runtime : registry.runtimes_)
    for (WarmSet& set : runtime.warm) set.number = ++number;
  return registry;
}

const Runtime* Registry::find(std::string_view name_or_alias) const {
  for (const Runtime& runtime : runtimes_) {
    const auto& aliases = runtime.aliases;
    const bool is_alias = std::find(aliases.begin(), aliases.end(), name_or_alias) != aliases.end();
    if (runtime.name == name_or_alias || is_alias) return &runtime;
  }
  return nullptr;
}

Result<fs::path> find_directory(const fs::path& configured) {
  std::vector<fs::path> candidates{configured};
  std::error_code error;
  if (configured.empty()) {
    candidates = {"/usr/local/share/code-exec/runtimes", "/usr/share/code-exec/runtimes"};
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    if (!error) candidates.insert(candidates.begin(), self.parent_path().parent_path() / "runtimes");
  }
  std::string searched;
  for (const fs::path& candidate : candidates) {
    if (fs::is_directory(candidate, error)) return candidate;
    searched += (searched.empty() ? "" : ", ") + candidate.string();
  }
  return Error{Errc::not_found, "no directory with runtimes; searched: " + searched, {}};
}

}  // namespace code_exec::runtime
