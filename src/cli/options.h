// cli/options.h - options that several subcommands share, and how their mistakes are told.
#pragma once

#include <chrono>
#include <CLI/App.hpp>
#include <filesystem>
#include <string>
#include <thread>

#include "base/result.h"
#include "job/limits.h"
#include "runtime/runtime.h"
#include "sandbox/host_client.h"

namespace code_exec::cli {

using Seconds = std::chrono::duration<double>;

// Says on standard error what is wrong with an option; returns exit_usage.
int usage_error(const std::string& option, const std::string& detail);
// Says on standard error what did not work; returns exit_failed.
int failure(const Error& error);

// --runtimes
struct RuntimesOption {
  std::string directory;  // empty: the one that belongs to the binary
  void add(CLI::App& app);
  Result<runtime::Registry> load(runtime::Keep keep = runtime::Keep::usable) const;
};

// --log-level
struct LogLevelOption {
  std::string level = "info";
  void add(CLI::App& app);
};

// --without-cgroups
struct CgroupOption {
  bool without = false;
  void add(CLI::App& app);
  sandbox::CgroupUse use() const { return without ? sandbox::CgroupUse::none : sandbox::CgroupUse::required; }
};

// --isolation
struct IsolationOption {
  std::string value = "cage";
  void add(CLI::App& app);
  // For HostOptions::oci_runtime.
  std::string oci_runtime() const;
};

// --limit-cpu-time-ms, --limit-max-cpu-time-ms and so on: what jobs get, and what they may ask for at most.
class LimitOptions {
 public:
  void add(CLI::App& app);
  // Errc::invalid: Error::field names the option.
  Result<job::LimitRules> rules() const;

 private:
  struct Values {
    std::uint64_t usual;
    std::uint64_t maximum;
  };
  std::vector<Values> values_;  // in the order of the table in options.cc
};

// The directories that the runtimes found need in the sandbox, each once.
std::vector<std::string> mounts_of(const runtime::Registry& runtimes);

// The interpreters that the runtimes found want started ahead, in the order of WarmSet::number.
std::vector<sandbox::WarmProgram> warm_programs_of(const runtime::Registry& runtimes);

// A number of seconds, fractions allowed, from `low` to `high`.
CLI::Option* add_seconds(CLI::App& app, const std::string& name, double& seconds, double low, double high,
                         const std::string& description);
std::chrono::milliseconds to_milliseconds(double seconds);

}  // namespace code_exec::cli
