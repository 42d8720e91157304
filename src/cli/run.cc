// One program in the sandbox, without server or store: what it prints as it prints it, and its exit code.
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <limits>

#include "api/encode.h"
#include "base/fd.h"
#include "base/files.h"
#include "base/log.h"
#include "base/privileges.h"
#include "cli/command.h"
#include "cli/main_loop.h"
#include "cli/options.h"
#include "cli/read_file.h"
#include "sandbox/host_client.h"
#include "service/check_submission.h"
#include "worker/specs.h"

namespace code_exec::cli {
namespace {

// As timeout(1) and the shells have them; 128 + n is what a shell shows for signal n.
enum ExitCode : int {
  exit_compile_error = 1,
  exit_time_limit = 124,
  exit_internal = 125,
  exit_cancelled = 128 + SIGINT,
  exit_memory_limit = 128 + SIGKILL,
  exit_output_limit = 128 + SIGXFSZ,
};

constexpr const char* exit_code_help =
    "Exit code: the program's own; 128+N when signal N ended it; 124 when it ran out of CPU or wall time; "
    "137 out of\n"
    "memory; 153 when it did not stop writing; 130 when cancelled; 1 when it did not compile; 125 when "
    "code-exec\n"
    "itself failed; 2 for a wrong command line.";

struct RunOptions {
  std::string file;
  std::string language;
  std::string stdin_file;
  double cpu_time_s = 0;  // these: 0 where the default is meant
  double wall_time_s = 0;
  std::uint64_t memory_bytes = 0;
  bool json = false;
  std::vector<std::string> args;
  RuntimesOption runtimes;
  CgroupOption cgroups;
  IsolationOption isolation;
  LogLevelOption log_level{.level = "warn"};
};

// ---- what to run

std::string extension_of(const std::string& file) {
  return std::filesystem::path(file).extension().string();
}

// By the extension: of the name a runtime gives to sources, or as an alias ("cc", "py").
const runtime::Runtime* language_of(const std::string& file, const runtime::Registry& runtimes) {
  const std::string extension = extension_of(file);
  if (extension.size() < 2) return nullptr;
  for (const runtime::Runtime& one : runtimes.all())
    if (extension_of(one.source_file) == extension) return &one;
  return runtimes.find(extension.substr(1));
}

Result<const runtime::Runtime*> choose_runtime(const RunOptions& options, const runtime::Registry& runtimes) {
  if (!options.language.empty()) {
    const runtime::Runtime* named = runtimes.find(options.language);
    if (named) return named;
    return Error{Errc::invalid, "there is no runtime of this name; see code-exec runtimes", "--language"};
  }
  const runtime::Runtime* found = language_of(options.file, runtimes);
  if (found) return found;
  return Error{Errc::invalid, "its extension tells no language; name one with --language", options.file};
}

// The one who runs this is the operator: nothing bounds what may be asked for.
constexpr job::Limits no_bounds{.cpu_time = std::chrono::hours(24 * 365),
                                .wall_time = std::chrono::hours(24 * 365),
                                .memory_bytes = std::numeric_limits<std::uint64_t>::max(),
                                .processes = std::numeric_limits<std::uint32_t>::max(),
                                .output_bytes = std::numeric_limits<std::uint64_t>::max(),
                                .disk_bytes = std::numeric_limits<std::uint64_t>::max(),
                                .files = std::numeric_limits<std::uint32_t>::max()};

job::LimitsRequest limits_asked_for(const RunOptions& options) {
  job::LimitsRequest request;
  if (options.cpu_time_s > 0) request.cpu_time = to_milliseconds(options.cpu_time_s);
  if (options.wall_time_s > 0) request.wall_time = to_milliseconds(options.wall_time_s);
  if (options.memory_bytes > 0) request.memory_bytes = options.memory_bytes;
  // With more CPU time than wall time its bound would never be met.
  if (request.cpu_time && !request.wall_time)
    request.wall_time = std::max(job::Limits().wall_time, *request.cpu_time * 3);
  return request;
}

Result<std::string> read_input(const RunOptions& options, std::size_t bytes_max) {
  if (options.stdin_file.empty()) return std::string();
  if (options.stdin_file == "-") return read_all(STDIN_FILENO, "--stdin", bytes_max);
  return read_file(options.stdin_file, bytes_max);
}

Result<job::Submission> read_submission(const RunOptions& options, const runtime::Runtime& runtime,
                                        const runtime::Registry& runtimes) {
  service::ServiceOptions rules;
  rules.limits.maxima = no_bounds;
  auto code = read_file(options.file, rules.bounds.code_bytes);
  if (!code) return code.error();
  auto input = read_input(options, rules.bounds.stdin_bytes);
  if (!input) return input.error();
  service::SubmissionRequest request{.language = runtime.name,
                                     .code = std::move(*code),
                                     .stdin_bytes = std::move(*input),
                                     .args = options.args,
                                     .files = {},
                                     .limits = limits_asked_for(options)};
  return service::check_submission(std::move(request), runtimes, rules);
}

// ---- running it

// false: whoever reads our output has gone. Blocks when the reader is slow, and with us the program.
bool write_through(int fd, std::string_view bytes) {
  return static_cast<bool>(write_all(fd, bytes, "the output"));
}

sandbox::RunHooks streaming_hooks(const std::shared_ptr<Latch>& cancel) {
  return {.on_output =
              [cancel](sandbox::Stream stream, std::string_view bytes) {
                const int fd = stream == sandbox::Stream::stdout_stream ? STDOUT_FILENO : STDERR_FILENO;
                if (!write_through(fd, bytes)) cancel->set();
              },
          .cancel = cancel};
}

// References: to what run_service() keeps until the end.
Task<job::Outcome> run_job(sandbox::Sandbox& box, const job::Submission& submission,
                           const runtime::Runtime& runtime, bool stream, std::shared_ptr<Latch> cancel) {
  worker::CompileResult compilation;
  if (runtime.compile) {
    sandbox::Spec spec = worker::compile_spec(runtime, submission);
    sandbox::RunHooks hooks{.on_output = {}, .cancel = cancel};
    auto ran = co_await box.run(std::move(spec), std::move(hooks));
    if (!ran) co_return ran.error();
    compilation = worker::compile_result(std::move(*ran));
    if (compilation.failure) co_return std::move(*compilation.failure);
    if (stream) write_through(STDERR_FILENO, compilation.compiled->output);  // warnings
  }
  sandbox::Spec spec = worker::run_spec(runtime, submission, compilation.compiled.get());
  sandbox::RunHooks hooks{.on_output = {}, .cancel = cancel};
  if (stream) hooks = streaming_hooks(cancel);
  auto ran = co_await box.run(std::move(spec), std::move(hooks));
  if (!ran) co_return ran.error();
  worker::recognise_out_of_memory(runtime, ran->outcome);
  if (compilation.compiled) ran->outcome.compile_output = compilation.compiled->output;
  co_return std::move(ran->outcome);
}

// ---- telling what became of it

int exit_code_of(const job::Outcome& outcome) {
  switch (outcome.reason) {
    case job::Reason::none:
    case job::Reason::runtime_error:
    case job::Reason::wrong_answer:
      return outcome.exit_code.value_or(exit_internal);
    case job::Reason::signal:
      return 128 + outcome.signal.value_or(SIGKILL);
    case job::Reason::time_limit:
    case job::Reason::wall_time_limit:
      return exit_time_limit;
    case job::Reason::memory_limit:
      return exit_memory_limit;
    case job::Reason::output_limit:
      return exit_output_limit;
    case job::Reason::compile_error:
      return exit_compile_error;
    case job::Reason::cancelled:
      return exit_cancelled;
    case job::Reason::internal_error:
      break;
  }
  return exit_internal;
}

// What the program itself could not say, on standard error after its own output.
void print_verdict(const job::Outcome& outcome) {
  write_through(STDERR_FILENO, outcome.reason == job::Reason::compile_error ? outcome.compile_output : "");
  if (outcome.truncated) std::fprintf(stderr, "code-exec: the output was longer than its limit, and cut\n");
  if (outcome.reason == job::Reason::none || outcome.reason == job::Reason::runtime_error) return;
  const std::string reason(job::to_string(outcome.reason));
  const std::string message = outcome.message.empty() ? "" : ": " + outcome.message;
  std::fprintf(stderr, "code-exec: %s%s\n", reason.c_str(), message.c_str());
}

void print_json(const job::Submission& submission, const job::Outcome& outcome, TimePoint started_at) {
  job::Job job{.id = job::JobId::make(started_at),
               .submission = submission,
               .status = outcome.status,
               .runs = 1,
               .outcome = outcome,
               .created_at = started_at,
               .started_at = started_at,
               .finished_at = system_clock().now()};
  const std::string text = api::encode_job(job, api::Encoding::text) + "\n";
  write_through(STDOUT_FILENO, text);
}

// ---- the process that asks the sandbox

constexpr std::size_t slots = 1;

int run_service(const RunOptions& options, const job::Submission& submission, const runtime::Runtime& runtime,
                Fd host_connections) {
  if (auto given_up = give_up_root(sandbox::service_uid); !given_up) {
    failure(given_up.error());
    return exit_internal;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves is told by write()
  net::io_context loop(1);
  auto box = sandbox::make_sandbox(loop.get_executor(), std::move(host_connections), slots);
  auto cancel = std::make_shared<Latch>(loop.get_executor());  // shared with the run's hooks
  const TimePoint started_at = system_clock().now();

  net::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([cancel](boost::system::error_code error, int) {
    if (!error) cancel->set();
  });

  Result<job::Outcome> outcome;
  auto work = [&]() -> net::awaitable<void> {
    outcome = co_await run_job(*box, submission, runtime, !options.json, cancel);
    auto stopped = co_await box->stop();
    if (!stopped) log::warn("sandbox not stopped detail={}", log::quoted(stopped.error().detail));
  };
  run_main(loop, work());

  if (!outcome) {
    failure(outcome.error());
    return exit_internal;
  }
  if (options.json) {
    print_json(submission, *outcome, started_at);
  } else {
    print_verdict(*outcome);
  }
  return exit_code_of(*outcome);
}

int run_file(const RunOptions& options) {
  if (auto started = log::start(options.log_level.level); !started) return failure(started.error());
  auto runtimes = options.runtimes.load();
  if (!runtimes) {
    failure(runtimes.error());
    return exit_internal;
  }
  auto runtime = choose_runtime(options, *runtimes);
  if (!runtime) return usage_error(runtime.error().field, runtime.error().detail);
  auto submission = read_submission(options, **runtime, *runtimes);
  if (!submission) return usage_error(submission.error().field, submission.error().detail);

  const sandbox::HostOptions host{.slots = slots,
                                  .mounts = (*runtime)->mounts,
                                  .usual_limits = submission->limits,
                                  .cgroups = options.cgroups.use(),
                                  .oci_runtime = options.isolation.oci_runtime()};
  // The launcher's exit code does not tell a program that ended with 1 from a sandbox that could not be
  // had, so the service says its own; one more, for an event of 0 is none.
  const Fd judged(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  sandbox::run_processes(host, [&](Fd host_connections) {
    const int code = run_service(options, *submission, **runtime, std::move(host_connections));
    eventfd_write(judged.get(), static_cast<eventfd_t>(code) + 1);
    return code;
  });
  eventfd_t said = 0;
  return eventfd_read(judged.get(), &said) == 0 ? static_cast<int>(said - 1) : exit_internal;
}

}  // namespace

Command add_run(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Run one program in the sandbox, without a server");
  command->footer(exit_code_help);
  command->add_option("FILE", options->file, "the program")->required();
  command->add_option("ARG", options->args, "arguments of the program, after --");
  command->add_option("--language", options->language, "its language, where the extension does not tell")
      ->type_name("L");
  command
      ->add_option("--stdin", options->stdin_file,
                   "file that it reads as standard input, - for our own; without it the input is empty")
      ->type_name("FILE|-");
  add_seconds(*command, "--cpu-time", options->cpu_time_s, 0.001, 1e6, "CPU time it may use (5)");
  add_seconds(*command, "--wall-time", options->wall_time_s, 0.001, 1e6,
              "elapsed time it may take (15, or three times --cpu-time if that is more)");
  command->add_option("--memory", options->memory_bytes, "memory it may use (256M)")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("BYTES");
  command->add_flag("--json", options->json, "print the result as one JSON object, as the API would");
  options->runtimes.add(*command);
  options->cgroups.add(*command);
  options->isolation.add(*command);
  options->log_level.add(*command);
  return {command, [options] { return run_file(*options); }};
}

}  // namespace code_exec::cli
