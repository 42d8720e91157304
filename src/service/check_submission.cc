#include "service/check_submission.h"

#include <optional>
#include <string>
#include <utility>

#include "callback/address_guard.h"
#include "callback/url.h"

namespace code_exec::service {
namespace {

std::string known_languages(const runtime::Registry& runtimes) {
  std::string names;
  for (const auto& runtime : runtimes.all()) names += (names.empty() ? "" : ", ") + runtime.name;
  return names.empty() ? "no runtime is installed here" : "must be one of " + names;
}

std::string text(std::chrono::milliseconds value) {
  return std::to_string(value.count());
}
std::string text(std::uint64_t value) {
  return std::to_string(value);
}

Result<job::Limits> limits_for(const runtime::Runtime& runtime, const job::LimitsRequest& asked,
                               const job::LimitRules& rules) {
  auto limits = job::resolve(asked, rules);
  if (!limits) return limits;
  std::optional<Error> problem;
  auto raise = [&](const char* name, const auto& ask, const auto& need, auto job::Limits::*member) {
    if (!need || problem || (*limits).*member >= *need) return;
    const std::string field = std::string("limits.") + name;
    if (ask) {
      problem = Error{Errc::invalid, "must be at least " + text(*need) + " for " + runtime.name, field};
    } else if (*need > rules.maxima.*member) {
      problem = Error{Errc::invalid,
                      runtime.name + " needs " + text(*need) + ", more than this server allows", field};
    } else {
      (*limits).*member = *need;
    }
  };
  const job::LimitsRequest& needs = runtime.needs;
  raise("cpuTimeMs", asked.cpu_time, needs.cpu_time, &job::Limits::cpu_time);
  raise("wallTimeMs", asked.wall_time, needs.wall_time, &job::Limits::wall_time);
  raise("memoryBytes", asked.memory_bytes, needs.memory_bytes, &job::Limits::memory_bytes);
  raise("processes", asked.processes, needs.processes, &job::Limits::processes);
  raise("outputBytes", asked.output_bytes, needs.output_bytes, &job::Limits::output_bytes);
  raise("diskBytes", asked.disk_bytes, needs.disk_bytes, &job::Limits::disk_bytes);
  raise("files", asked.files, needs.files, &job::Limits::files);
  if (problem) return *problem;
  return limits;
}

// The compiled program lies beside the client's files in the run, so it must not have the name of one.
Result<void> check_artifact_name(const runtime::Runtime& runtime, const job::Submission& submission) {
  if (!runtime.compile) return ok();
  const std::string& artifact = runtime.compile->artifact;
  for (std::size_t i = 0; i < submission.files.size(); ++i) {
    const std::string& name = submission.files[i].name;
    if (name != artifact && !name.starts_with(artifact + "/")) continue;
    return Error{Errc::invalid, "is the name of the compiled program",
                 "files[" + std::to_string(i) + "].name"};
  }
  return ok();
}

Result<void> check_callback(const std::string& text, const ServiceOptions& options) {
  if (text.empty()) return ok();
  if (!options.callbacks)
    return Error{Errc::invalid, "is not served here: the service has no --callback-secret", "callbackUrl"};
  auto url = callback::parse_url(text);
  if (!url) return Error{url.error().code, url.error().detail, "callbackUrl"};
  auto allowed = callback::check_host(url->host, options.callback_reach);
  if (!allowed) return Error{allowed.error().code, allowed.error().detail, "callbackUrl"};
  return ok();
}

}  // namespace

Result<job::Submission> check_submission(SubmissionRequest request, const runtime::Registry& runtimes,
                                         const ServiceOptions& options) {
  const runtime::Runtime* runtime = runtimes.find(request.language);
  if (!runtime) return Error{Errc::invalid, known_languages(runtimes), "language"};
  auto limits = limits_for(*runtime, request.limits, options.limits);
  if (!limits) return limits.error();
  if (request.priority > priority_max)
    return Error{Errc::invalid, "must be from 0 to " + std::to_string(priority_max), "priority"};

  auto callback = check_callback(request.callback_url, options);
  if (!callback) return callback.error();

  job::Submission submission{.language = runtime->name,
                             .code = std::move(request.code),
                             .stdin_bytes = std::move(request.stdin_bytes),
                             .args = std::move(request.args),
                             .files = std::move(request.files),
                             .limits = *limits,
                             .tests = std::move(request.tests),
                             .interactive = request.interactive,
                             .warm = request.warm,
                             .priority = request.priority,
                             .callback_url = std::move(request.callback_url)};
  auto checked = job::check(submission, options.bounds, runtime->source_file);
  if (!checked) return checked.error();
  auto clash = check_artifact_name(*runtime, submission);
  if (!clash) return clash.error();
  return submission;
}

}  // namespace code_exec::service
