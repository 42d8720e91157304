#include "runtime/description.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

#include "job/job.h"
#include "runtime/toml_section.h"

namespace code_exec::runtime {
namespace {

constexpr std::uint64_t count_max = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t ms_max = 86'400'000;  // a day
constexpr std::uint64_t bytes_max = 1ULL << 50;

bool is_name(const std::string& name) {
  auto is_allowed = [](unsigned char c) {
    return std::isalnum(c) || c == '+' || c == '#' || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && std::isalnum(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

bool is_variable_name(const std::string& name) {
  auto is_allowed = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

// Absolute, and spelled the one way that needs no look at the disk: no "..", ".", "//" or trailing slash.
bool is_absolute(const std::string& path) {
  if (path.size() < 2 || path.front() != '/') return false;
  return bool(job::check_file_name(std::string_view(path).substr(1), ""));
}

void check_names(TomlSection& top, const Runtime& runtime) {
  const char* rule = "must be letters, digits and any of + # . _ - after a letter or digit, at most 64";
  if (!is_name(runtime.name)) top.refuse("name", rule);
  if (!std::all_of(runtime.aliases.begin(), runtime.aliases.end(), is_name)) top.refuse("aliases", rule);
}

std::string read_file_name(TomlSection& section, const char* key) {
  std::string name = section.text(key, Presence::required);
  if (auto checked = job::check_file_name(name, key); !checked) section.refuse(key, checked.error().detail);
  return name;
}

std::vector<std::string> read_program(TomlSection& section, const std::string& relative = {}) {
  std::vector<std::string> argv = section.texts("argv", Presence::required);
  const bool is_good = !argv.empty() && (is_absolute(argv.front()) || argv.front() == relative);
  if (is_good) return argv;
  section.refuse("argv", relative.empty() ? "must begin with the absolute path of a program"
                                          : "must begin with the absolute path of a program or " + relative);
  return argv;
}

job::LimitsRequest read_limits(TomlSection& section) {
  auto milliseconds = [&](const char* key) -> std::optional<std::chrono::milliseconds> {
    const auto value = section.number(key, 1, ms_max);
    if (!value) return std::nullopt;
    return std::chrono::milliseconds(*value);
  };
  auto count = [&](const char* key) -> std::optional<std::uint32_t> {
    const auto value = section.number(key, 1, count_max);
    if (!value) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
  };
  job::LimitsRequest limits;
  limits.cpu_time = milliseconds("cpu_time_ms");
  limits.wall_time = milliseconds("wall_time_ms");
  limits.memory_bytes = section.number("memory_bytes", 1, bytes_max);
  limits.processes = count("processes");
  limits.output_bytes = section.number("output_bytes", 1, bytes_max);
  limits.disk_bytes = section.number("disk_bytes", 1, bytes_max);
  limits.files = count("files");
  section.refuse_unknown();
  return limits;
}

// The limits of a compile are the operator's own, so no maxima apply.
job::Limits with_defaults(const job::LimitsRequest& asked) {
  const job::Limits defaults;
  return job::Limits{.cpu_time = asked.cpu_time.value_or(defaults.cpu_time),
                     .wall_time = asked.wall_time.value_or(defaults.wall_time),
                     .memory_bytes = asked.memory_bytes.value_or(defaults.memory_bytes),
                     .processes = asked.processes.value_or(defaults.processes),
                     .output_bytes = asked.output_bytes.value_or(defaults.output_bytes),
                     .disk_bytes = asked.disk_bytes.value_or(defaults.disk_bytes),
                     .files = asked.files.value_or(defaults.files)};
}

Compile read_compile(TomlSection section, const std::string& source_file) {
  Compile compile;
  compile.argv = read_program(section);
  compile.artifact = read_file_name(section, "artifact");
  if (compile.artifact == source_file) section.refuse("artifact", "must not be the source file");
  if (auto limits = section.section("limits", Presence::optional))
    compile.limits = with_defaults(read_limits(*limits));
  section.refuse_unknown();
  return compile;
}

std::map<std::string, std::string> read_environment(TomlSection section) {
  auto environment = section.all_texts();
  for (const auto& [name, value] : environment) {
    if (!is_variable_name(name)) section.refuse(name, "is not the name of a variable");
  }
  return environment;
}

// What sandbox/warm/ can do: an interpreter that is CPython, and one way to call it.
std::vector<WarmSet> read_warm(TomlSection section) {
  constexpr std::size_t names_bytes_max = 2000;  // of the names together, for each set
  std::vector<WarmSet> sets;
  for (auto& [name, imports] : section.all_lists()) {
    std::size_t bytes = 0;
    for (const std::string& one : imports) bytes += one.size() + 1;
    if (bytes > names_bytes_max) section.refuse(name, "must have names of 2000 bytes together at most");
    sets.push_back(WarmSet{.name = name, .imports = std::move(imports)});
  }
  return sets;
}

void read_version(TomlSection section, Description& description) {
  description.version_argv = read_program(section);
  const std::string pattern = section.text("pattern", Presence::required);
  try {
    description.version_pattern = boost::regex(pattern);
    if (description.version_pattern.mark_count() == 0) section.refuse("pattern", "must have a group");
  } catch (const boost::regex_error& error) {
    section.refuse("pattern", std::string("is not a regular expression: ") + error.what());
  }
  section.refuse_unknown();
}

void read_top(TomlSection top, Description& description) {
  Runtime& runtime = description.runtime;
  runtime.name = top.text("name", Presence::required);
  runtime.aliases = top.texts("aliases", Presence::optional);
  check_names(top, runtime);
  runtime.source_file = read_file_name(top, "source_file");
  runtime.mounts = top.texts("mounts", Presence::optional);
  if (!std::all_of(runtime.mounts.begin(), runtime.mounts.end(), is_absolute))
    top.refuse("mounts", "must be absolute paths, other than /, without \".\" and \"..\"");

  if (auto version = top.section("version", Presence::required)) read_version(*version, description);
  if (auto compile = top.section("compile", Presence::optional))
    runtime.compile = read_compile(*compile, runtime.source_file);
  if (auto run = top.section("run", Presence::required)) {
    runtime.run_argv = read_program(*run, runtime.compile ? "./" + runtime.compile->artifact : "");
    runtime.out_of_memory = run->texts("out_of_memory", Presence::optional);
    runtime.ahead = run->flag("ahead");
    run->refuse_unknown();
  }
  if (auto warm = top.section("warm", Presence::optional)) runtime.warm = read_warm(*warm);
  const bool is_interpreter =
      !runtime.compile && runtime.run_argv.size() == 2 && runtime.run_argv.back() == runtime.source_file;
  if (!runtime.warm.empty() && !(is_interpreter && runtime.source_file == "main.py"))
    top.refuse("warm", "is for runtimes whose run.argv is an interpreter and main.py");
  if (runtime.ahead && (!is_interpreter || !runtime.warm.empty()))
    top.refuse("run", "can be ahead where argv is an interpreter and the source file, and nothing is warm");
  if (runtime.ahead) runtime.warm.push_back(WarmSet{.name = "ahead"});
  if (auto environment = top.section("environment", Presence::optional))
    runtime.environment = read_environment(*environment);
  if (auto needs = top.section("needs", Presence::optional)) runtime.needs = read_limits(*needs);
  top.refuse_unknown();
}

Result<std::string> read_whole(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (stream) content << stream.rdbuf();
  if (!stream) return Error{Errc::unavailable, "cannot read " + file.string(), {}};
  return content.str();
}

}  // namespace

Result<Description> read_description(const std::filesystem::path& file) {
  auto content = read_whole(file);
  if (!content) return content.error();

  Description description{.file = file};
  Problems problems(file.string());
  try {
    const toml::table table = toml::parse(*content);
    read_top(TomlSection(table, "", problems), description);
  } catch (const toml::parse_error& error) {
    problems.add(error.source(), "", std::string(error.description()));
  }
  if (problems.first()) return *problems.first();
  return description;
}

}  // namespace code_exec::runtime
