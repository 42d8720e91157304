#include "worker/specs.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "worker/warm_choice.h"

namespace code_exec::worker {
namespace {

std::vector<std::string> environment_of(const runtime::Runtime& runtime) {
  std::vector<std::string> environment;
  for (const auto& [name, value] : runtime.environment) environment.push_back(name + "=" + value);
  return environment;
}

void add_files(sandbox::Spec& spec, const job::Submission& submission) {
  for (const auto& file : submission.files)
    spec.files.push_back(sandbox::File{.name = file.name, .content = file.content});
}

// A program that dies says why last.
constexpr std::size_t last_words_bytes = 8192;

}  // namespace

sandbox::Spec run_spec(const runtime::Runtime& runtime, const job::Submission& submission,
                       const Compiled* compiled) {
  sandbox::Spec spec;
  spec.argv = runtime.run_argv;
  spec.argv.insert(spec.argv.end(), submission.args.begin(), submission.args.end());
  spec.environment = environment_of(runtime);
  if (compiled) {
    sandbox::File program{
        .name = runtime.compile->artifact, .content = compiled->artifact, .executable = true};
    spec.files.push_back(std::move(program));
  } else {
    spec.files.push_back(sandbox::File{.name = runtime.source_file, .content = submission.code});
  }
  add_files(spec, submission);
  spec.stdin_bytes = submission.stdin_bytes;
  spec.limits = submission.limits;
  spec.warm_parent = choose_warm_set(runtime, submission);
  return spec;
}

sandbox::Spec compile_spec(const runtime::Runtime& runtime, const job::Submission& submission) {
  sandbox::Spec spec;
  spec.argv = runtime.compile->argv;
  spec.environment = environment_of(runtime);
  spec.files.push_back(sandbox::File{.name = runtime.source_file, .content = submission.code});
  add_files(spec, submission);
  spec.limits = runtime.compile->limits;
  spec.collect = runtime.compile->artifact;
  return spec;
}

void recognise_out_of_memory(const runtime::Runtime& runtime, job::Outcome& outcome) {
  if (outcome.reason != job::Reason::runtime_error && outcome.reason != job::Reason::signal) return;
  const std::string_view said = outcome.stderr_bytes;
  std::string_view words = said.substr(said.size() - std::min(said.size(), last_words_bytes));
  while (!words.empty()) {
    for (const std::string& beginning : runtime.out_of_memory)
      if (words.starts_with(beginning)) outcome.reason = job::Reason::memory_limit;
    words.remove_prefix(std::min(words.find('\n'), words.size() - 1) + 1);
  }
}

CompileResult compile_result(sandbox::RunResult ran) {
  job::Outcome& outcome = ran.outcome;
  std::string output = std::move(outcome.stdout_bytes) + outcome.stderr_bytes;
  CompileResult result;
  if (outcome.status == job::Status::completed && ran.collected) {
    Compiled compiled{.artifact = *std::move(ran.collected), .output = std::move(output)};
    result.compiled = std::make_shared<const Compiled>(std::move(compiled));
    return result;
  }
  // The program itself never ran: it has no exit code, no output and no times of its own.
  job::Outcome failure{.status = job::Status::failed, .reason = job::Reason::compile_error};
  failure.compile_output = std::move(output);
  failure.truncated = outcome.truncated;
  switch (outcome.reason) {
    case job::Reason::cancelled:
      failure.reason = job::Reason::cancelled;
      break;
    case job::Reason::none:
      failure.message = "the compiler made no program";
      break;
    case job::Reason::runtime_error:  // what it printed says the rest
      failure.message = std::move(outcome.message);
      break;
    default:
      failure.message = "the compiler was stopped: " + std::string(to_string(outcome.reason));
  }
  result.failure = std::move(failure);
  return result;
}

}  // namespace code_exec::worker
