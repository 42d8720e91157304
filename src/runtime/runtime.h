// runtime/runtime.h - the languages. A runtime is described by one TOML file (runtimes/python.toml is the
// commented example); the registry reads them all at start and keeps those whose programs this host has.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "job/limits.h"

namespace code_exec::runtime {

// How sources become one file that the run command starts. Runs in the sandbox like everything else.
struct Compile {
  std::vector<std::string> argv;
  std::string artifact;  // name beneath /box of the file it makes
  job::Limits limits;
};

// An interpreter that is started ahead and has imported some modules. Runs of programs that import them are
// forked from it.
struct WarmSet {
  std::string name;                  // "standard"
  std::vector<std::string> imports;  // as the language names them
  std::uint32_t number = 0;          // among those of all runtimes, from 1
};

struct Runtime {
  std::string name;                  // "python"
  std::vector<std::string> aliases;  // "python3", "py"
  std::string version;               // as the version command printed it: "3.11.2"
  std::string source_file;           // "main.py": the name the submitted code gets beneath /box
  std::optional<Compile> compile;
  std::vector<std::string> run_argv;               // absolute program first; the job's args are appended
  std::map<std::string, std::string> environment;  // added to the sandbox's own few variables
  std::vector<WarmSet> warm;  // by name; empty: every run starts an interpreter of its own
  bool ahead = false;         // that one set is no set of modules: an interpreter that waits for its script
  std::vector<std::string> mounts;  // absolute directories it must see beside the usual ones, read-only
  job::LimitsRequest needs;         // least values without which it cannot start
  // How a line on stderr begins with which a program of this language says that it dies for lack of memory.
  std::vector<std::string> out_of_memory;
};

// Why a described runtime cannot be used on this host: for `code-exec runtimes` and `doctor`.
struct Missing {
  std::string name;
  std::string why;
};

// Which of those described: those whose programs this host has, or all of them, because other hosts run them
// (without a version then where it cannot be asked for).
enum class Keep { usable, described };

class Registry {
 public:
  // Reads every *.toml in `directory`. Runs each version command, with a bound on its time; a runtime whose
  // programs are missing is left out and listed in missing(). Blocks: call it before the event loop starts.
  // Errc::invalid: a file is wrong; detail names file, line and key.
  static Result<Registry> load(const std::filesystem::path& directory, Keep keep = Keep::usable);

  // These runtimes, as they are: for tests.
  static Registry of(std::vector<Runtime> runtimes) {
    Registry registry;
    registry.runtimes_ = std::move(runtimes);
    return registry;
  }

  // By name or alias, exactly as written. nullptr: unknown.
  const Runtime* find(std::string_view name_or_alias) const;
  const std::vector<Runtime>& all() const { return runtimes_; }  // by name
  const std::vector<Missing>& missing() const { return missing_; }

 private:
  std::vector<Runtime> runtimes_;
  std::vector<Missing> missing_;
};

// The directory with the TOML files: `configured` if not empty, else the first that exists of
// <directory of this binary>/../runtimes, /usr/local/share/code-exec/runtimes, /usr/share/code-exec/runtimes.
Result<std::filesystem::path> find_directory(const std::filesystem::path& configured);

}  // namespace code_exec::runtime
