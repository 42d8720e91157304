// sandbox/sandbox_for_test.h - a real sandbox for tests: host, cage and slots.
#pragma once

#include <sys/wait.h>

#include <memory>

#include "base/run_for_test.h"
#include "sandbox/host_client.h"

namespace code_exec::sandbox {

class RealSandbox {
 public:
  explicit RealSandbox(const HostOptions& options) {
    auto host = start_lone_host(options);
    if (!host) throw std::runtime_error(host.error().detail);
    process_ = host->process;
    sandbox_ = make_sandbox(loop.get_executor(), std::move(host->connections), options.slots);
  }
  ~RealSandbox() {
    (void)run_to_end(loop, sandbox_->stop());
    sandbox_.reset();
    int status = 0;
    waitpid(process_, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "the host did not end cleanly: " << status;
  }

  Result<RunResult> run(const Spec& spec, const RunHooks& hooks = {}) {
    return run_to_end(loop, sandbox_->run(spec, hooks), std::chrono::seconds(60));
  }
  Sandbox& get() { return *sandbox_; }
  pid_t host_process() const { return process_; }

  net::io_context loop;

 private:
  pid_t process_ = -1;
  std::unique_ptr<Sandbox> sandbox_;
};

}  // namespace code_exec::sandbox
