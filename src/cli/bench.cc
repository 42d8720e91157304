// Closed-loop load: each client sends a job, waits for the answer, and sends the next, on one connection of
// its own. One thread, so that a core is left for the server on the same machine.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/bench_bare.h"
#include "cli/bench_http.h"
#include "cli/bench_report.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/read_file.h"

namespace code_exec::cli {
namespace {

struct BenchOptions {
  std::string url = "http://127.0.0.1:3000";
  std::string api_key;
  std::size_t jobs = 1000;
  double seconds = 0;
  std::size_t clients = 8;
  std::string program;
  std::string language = "python";
  bool no_wait = false;
  bool cold = false;
  bool bare = false;
  bool confined = false;
  std::string interpreter = "/usr/bin/python3";
  std::string expect;
  bool json = false;
};

BenchBound bound_of(const BenchOptions& options) {
  BenchBound bound{.jobs = options.jobs};
  if (options.seconds > 0)
    bound.time =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(options.seconds));
  return bound;
}

int measure(const BenchOptions& options, bool expects) {
  std::string code = "print(\"Hello, World!\")\n";
  if (!options.program.empty()) {
    auto read = read_file(options.program, 16 << 20);
    if (!read) return usage_error(read.error().field, read.error().detail);
    code = std::move(*read);
  }

  Result<BenchReport> report;
  if (options.bare || options.confined) {
    const StartLoad load{options.interpreter, options.program, bound_of(options), options.clients};
    report = options.bare ? measure_bare(load) : measure_confined(load);
  } else {
    BenchLoad load{.url = options.url,
                   .code = std::move(code),
                   .language = options.language,
                   .cold = options.cold,
                   .api_key = options.api_key,
                   .bound = bound_of(options),
                   .clients = options.clients,
                   .answer = options.no_wait ? BenchAnswer::job_id : BenchAnswer::result,
                   .expect = expects ? std::optional(options.expect) : std::nullopt};
    report = measure_http(std::move(load));
  }
  if (!report) return failure(report.error());
  const std::string text = options.json ? to_json(*report) : to_text(*report);
  std::printf("%s\n", text.c_str());
  return report->errors == 0 ? 0 : exit_failed;
}

}  // namespace

Command add_bench(CLI::App& app) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command = app.add_subcommand("bench", "Load a server: jobs a second and latencies");
  command->add_option("--url", options->url, "the server")->type_name("URL")->capture_default_str();
  command->add_option("--api-key", options->api_key, "its key; better as CODE_EXEC_API_KEY")
      ->type_name("SECRET");
  command->add_option("--jobs", options->jobs, "how many, all together")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--seconds", options->seconds, "begin no job later than that")
      ->check(CLI::Range(0.0, 1e6))
      ->type_name("S");
  command->add_option("--clients", options->clients, "how many at one time")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}))
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--program", options->program,
                   "the program; without it one that prints a line, or none for --bare and --confined")
      ->type_name("FILE");
  command->add_option("--language", options->language, "its language")->type_name("L")->capture_default_str();
  command->add_flag("--no-wait", options->no_wait, "submit only, and wait for no results");
  CLI::Option* cold = command->add_flag("--cold", options->cold, "ask for a fresh interpreter for each job");
  CLI::Option* bare = command->add_flag("--bare", options->bare,
                                        "no server: start the interpreter with --program for each job");
  command
      ->add_flag("--confined", options->confined,
                 "no server: start the interpreter with --program in the sandbox for each job")
      ->excludes(bare)
      ->excludes(cold);
  bare->excludes(cold);
  command->add_option("--interpreter", options->interpreter, "what --bare and --confined start")
      ->type_name("FILE")
      ->capture_default_str();
  CLI::Option* expect =
      command->add_option("--expect", options->expect, "the `result` that every job must have")
          ->type_name("TEXT");
  command->add_flag("--json", options->json, "print one JSON object");
  return {command, [options, expect] {
            const bool expects = expect->count() > 0 || !options->expect.empty();
            return measure(*options, expects);
          }};
}

}  // namespace code_exec::cli
