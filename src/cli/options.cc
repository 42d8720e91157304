#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <set>

#include "cli/command.h"

namespace code_exec::cli {
namespace {

using job::Limits;

// One row for each limit. Times are held as numbers of milliseconds.
struct LimitRow {
  const char* name;   // of the options, after "limit-" and "limit-max-"
  const char* field;  // as job::resolve() calls it
  const char* meaning;
  std::uint64_t (*get)(const Limits&);
  void (*set)(Limits&, std::uint64_t);
};

template <auto Member>
constexpr LimitRow row(const char* name, const char* field, const char* meaning) {
  using Value = std::remove_cvref_t<decltype(std::declval<Limits>().*Member)>;
  LimitRow made{name, field, meaning, nullptr, nullptr};
  if constexpr (std::is_same_v<Value, std::chrono::milliseconds>) {
    made.get = [](const Limits& limits) { return static_cast<std::uint64_t>((limits.*Member).count()); };
    made.set = [](Limits& limits, std::uint64_t value) { limits.*Member = std::chrono::milliseconds(value); };
  } else {
    made.get = [](const Limits& limits) { return static_cast<std::uint64_t>(limits.*Member); };
    made.set = [](Limits& limits, std::uint64_t value) { limits.*Member = static_cast<Value>(value); };
  }
  return made;
}

constexpr LimitRow limit_rows[] = {
    row<&Limits::cpu_time>("cpu-time-ms", "limits.cpuTimeMs", "CPU time of a run"),
    row<&Limits::wall_time>("wall-time-ms", "limits.wallTimeMs", "elapsed time of a run"),
    row<&Limits::memory_bytes>("memory-bytes", "limits.memoryBytes", "memory of a run"),
    row<&Limits::processes>("processes", "limits.processes", "processes and threads of a run"),
    row<&Limits::output_bytes>("output-bytes", "limits.outputBytes", "kept of stdout and of stderr, each"),
    row<&Limits::disk_bytes>("disk-bytes", "limits.diskBytes", "files of a run, all together"),
    row<&Limits::files>("files", "limits.files", "number of files of a run"),
};
constexpr std::uint64_t number_max = 1ULL << 40;  // fits every row's type but the 32-bit ones
constexpr std::uint64_t count_max = 1ULL << 22;   // those

bool is_size(const LimitRow& limit) {
  return std::string_view(limit.name).ends_with("-bytes");
}
bool is_count(const LimitRow& limit) {
  return !is_size(limit) && !std::string_view(limit.name).ends_with("-ms");
}

constexpr std::string_view oci_prefix = "oci:";

job::LimitsRequest asking_for(const Limits& limits) {
  return {limits.cpu_time,     limits.wall_time,  limits.memory_bytes, limits.processes,
          limits.output_bytes, limits.disk_bytes, limits.files};
}

}  // namespace

int usage_error(const std::string& option, const std::string& detail) {
  std::fprintf(stderr, "code-exec: %s: %s\n", option.c_str(), detail.c_str());
  return exit_usage;
}

int failure(const Error& error) {
  const std::string field = error.field.empty() ? "" : error.field + ": ";
  std::fprintf(stderr, "code-exec: %s%s\n", field.c_str(), error.detail.c_str());
  return exit_failed;
}

void RuntimesOption::add(CLI::App& app) {
  app.add_option("--runtimes", directory, "directory with a TOML file for each language")->type_name("DIR");
}

Result<runtime::Registry> RuntimesOption::load(runtime::Keep keep) const {
  auto found = runtime::find_directory(directory);
  if (!found) return found.error();
  return runtime::Registry::load(*found, keep);
}

void LogLevelOption::add(CLI::App& app) {
  app.add_option("--log-level", level, "error, warn, info or debug")
      ->check(CLI::IsMember({"error", "warn", "info", "debug"}))
      ->type_name("LEVEL")
      ->capture_default_str();
}

void CgroupOption::add(CLI::App& app) {
  app.add_flag("--without-cgroups", without,
               "go on where cgroups cannot be used: memory, processes and CPU time are then bounded for each "
               "process of a run, not for all of them together");
}

void IsolationOption::add(CLI::App& app) {
  auto check = [](const std::string& text) -> std::string {
    if (text == "cage" || (text.starts_with(oci_prefix) && text.size() > oci_prefix.size())) return "";
    return "must be cage, or oci: and a runtime as in oci:runc";
  };
  app.add_option("--isolation", value,
                 "what confines runs: cage, or oci:RUNTIME for containers of an OCI runtime, by name or path")
      ->check(CLI::Validator(check, "", "isolation"))
      ->type_name("KIND")
      ->capture_default_str();
}

std::string IsolationOption::oci_runtime() const {
  return value.starts_with(oci_prefix) ? value.substr(oci_prefix.size()) : "";
}

void LimitOptions::add(CLI::App& app) {
  const job::LimitRules rules;
  values_.clear();
  for (const LimitRow& limit : limit_rows)
    values_.push_back({limit.get(rules.defaults), limit.get(rules.maxima)});
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const LimitRow& limit = limit_rows[i];
    auto add_one = [&](const std::string& prefix, std::uint64_t& value, const std::string& description) {
      CLI::Option* option = app.add_option("--limit-" + prefix + limit.name, value, description);
      if (is_size(limit)) option->transform(CLI::AsSizeValue(false));
      option->check(CLI::Range(std::uint64_t{0}, is_count(limit) ? count_max : number_max));
      option->type_name(is_size(limit) ? "BYTES" : is_count(limit) ? "N" : "MS")->capture_default_str();
      option->group("Limits");
    };
    add_one("", values_[i].usual, std::string(limit.meaning) + ", where the job does not say");
    add_one("max-", values_[i].maximum, std::string(limit.meaning) + ", that a job may ask for at most");
  }
}

Result<job::LimitRules> LimitOptions::rules() const {
  job::LimitRules rules;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    limit_rows[i].set(rules.defaults, values_[i].usual);
    limit_rows[i].set(rules.maxima, values_[i].maximum);
  }
  // The defaults must be something that a job could have asked for.
  auto resolved = job::resolve(asking_for(rules.defaults), rules);
  if (resolved) return rules;
  Error error = resolved.error();
  for (const LimitRow& limit : limit_rows) {
    if (error.field != limit.field) continue;
    error.field = std::string("--limit-") + limit.name;
    error.detail += std::string(" (the upper bound is --limit-max-") + limit.name + ")";
  }
  return error;
}

std::vector<std::string> mounts_of(const runtime::Registry& runtimes) {
  std::set<std::string> mounts;
  for (const runtime::Runtime& found : runtimes.all())
    mounts.insert(found.mounts.begin(), found.mounts.end());
  return {mounts.begin(), mounts.end()};
}

std::vector<sandbox::WarmProgram> warm_programs_of(const runtime::Registry& runtimes) {
  std::vector<sandbox::WarmProgram> programs;
  for (const runtime::Runtime& found : runtimes.all()) {
    std::vector<std::string> environment;
    for (const auto& [name, value] : found.environment) environment.push_back(name + "=" + value);
    for (const runtime::WarmSet& set : found.warm)
      programs.push_back(sandbox::WarmProgram{.name = found.name + " " + set.name,
                                              .argv = found.run_argv,
                                              .environment = environment,
                                              .imports = set.imports,
                                              .forks = !found.ahead});
  }
  return programs;
}

CLI::Option* add_seconds(CLI::App& app, const std::string& name, double& seconds, double low, double high,
                         const std::string& description) {
  return app.add_option(name, seconds, description)->check(CLI::Range(low, high))->type_name("S");
}

std::chrono::milliseconds to_milliseconds(double seconds) {
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

}  // namespace code_exec::cli
