// cli/service_process.h - a process of ours that serves until it is told to stop: what `serve`, `command` and
// `worker` have in common. Each of the three adds the options of what it does.
#pragma once

#include "cli/access_options.h"
#include "cli/options.h"
#include "cli/services.h"

namespace code_exec::cli {

struct ServiceProcessOptions {
  Role role = Role::everything;

  // of every process
  std::string listen = "127.0.0.1:3000";
  std::string tls_certificate_file;  // both empty: plain HTTP
  std::string tls_key_file;
  double drain_timeout_s = 30;
  RuntimesOption runtimes;
  LimitOptions limits;
  LogLevelOption log_level;
  AccessOptions access;

  // of where jobs and queues are
  std::string redis;  // URLs; empty: in this process
  std::string mongo;
  std::string queue_prefix = "bull";
  std::size_t waiting_max = 100'000;

  // of one that accepts jobs
  double wait_max_s = 60;
  std::string callback_secret;
  bool callback_allow_private = false;
  bool board_read_only = false;
  bool board_show_source = false;

  // of one that executes them
  std::string data_directory = "./data";
  std::size_t concurrency = std::max(1U, std::thread::hardware_concurrency());
  bool cold = false;
  double retention_days = 7;
  std::uint64_t retention_count = 1'000'000;
  CgroupOption cgroups;
  IsolationOption isolation;
};

// Each adds its group of options.
void add_process_options(CLI::App& command, ServiceProcessOptions& options);
void add_backend_options(CLI::App& command, ServiceProcessOptions& options);
void add_accept_options(CLI::App& command, ServiceProcessOptions& options);
void add_execute_options(CLI::App& command, ServiceProcessOptions& options);

// Runs until a signal; the exit code.
int run_service_process(const ServiceProcessOptions& options);

}  // namespace code_exec::cli
