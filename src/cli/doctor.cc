#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/App.hpp>
#include <cstdio>

#include "base/log.h"
#include "cli/command.h"
#include "cli/options.h"
#include "sandbox/host_client.h"

namespace code_exec::cli {
namespace {

struct DoctorOptions {
  RuntimesOption runtimes;
  CgroupOption cgroups;
  IsolationOption isolation;
  bool json = false;
};

// A language that is not installed is something to know, not something wrong: only having none is.
std::vector<sandbox::Check> check_runtimes(const Result<runtime::Registry>& registry) {
  if (!registry) return {{"runtimes", false, registry.error().detail}};
  std::vector<sandbox::Check> checks;
  for (const runtime::Runtime& found : registry->all())
    checks.push_back({"runtime " + found.name, true, found.version});
  if (checks.empty()) checks.push_back({"runtimes", false, "none was found; install python3, for example"});
  return checks;
}

void print_json(const std::vector<sandbox::Check>& checks, const std::vector<runtime::Missing>& missing,
                bool well) {
  boost::json::array lines;
  for (const sandbox::Check& check : checks)
    lines.push_back({{"name", check.name}, {"passed", check.passed}, {"detail", check.detail}});
  boost::json::array absent;
  for (const runtime::Missing& one : missing) absent.push_back({{"name", one.name}, {"why", one.why}});
  const boost::json::object all{
      {"ok", well}, {"checks", std::move(lines)}, {"missingRuntimes", std::move(absent)}};
  std::printf("%s\n", boost::json::serialize(all).c_str());
}

void print_lines(const std::vector<sandbox::Check>& checks, const std::vector<runtime::Missing>& missing,
                 bool well) {
  for (const sandbox::Check& check : checks)
    std::printf("%s %s: %s\n", check.passed ? "✓" : "✗", check.name.c_str(), check.detail.c_str());
  for (const runtime::Missing& one : missing)
    std::printf("- runtime %s: not available: %s\n", one.name.c_str(), one.why.c_str());
  std::printf("\n%s\n",
              well ? "All is well." : "What is marked ✗ keeps code-exec from running here as configured.");
}

int examine(const DoctorOptions& options) {
  // What the sandbox host of the confined run has to say belongs on standard error, not into the report.
  if (auto started = log::start("error"); !started) return failure(started.error());
  auto registry = options.runtimes.load();
  sandbox::HostOptions host{
      .slots = 1, .cgroups = options.cgroups.use(), .oci_runtime = options.isolation.oci_runtime()};
  if (registry) host.mounts = mounts_of(*registry);
  if (registry) host.warm_programs = warm_programs_of(*registry);

  std::vector<sandbox::Check> checks = sandbox::check_host(host);
  for (sandbox::Check& check : check_runtimes(registry)) checks.push_back(std::move(check));
  const std::vector<runtime::Missing> missing =
      registry ? registry->missing() : std::vector<runtime::Missing>();

  const bool well =
      std::all_of(checks.begin(), checks.end(), [](const sandbox::Check& check) { return check.passed; });
  if (options.json) {
    print_json(checks, missing, well);
  } else {
    print_lines(checks, missing, well);
  }
  return well ? 0 : exit_failed;
}

}  // namespace

Command add_doctor(CLI::App& app) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App* command = app.add_subcommand(
      "doctor", "What this host can and cannot do, and how to mend it; exit code 0: all is well");
  options->runtimes.add(*command);
  options->cgroups.add(*command);
  options->isolation.add(*command);
  command->add_flag("--json", options->json, "print one JSON object");
  return {command, [options] { return examine(*options); }};
}

}  // namespace code_exec::cli
