// sandbox/sandbox.h - what a worker sees of the sandbox: run this, confined, within these limits.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/event.h"
#include "base/task.h"
#include "job/outcome.h"
#include "sandbox/run_input.h"
#include "sandbox/spec.h"

namespace code_exec::sandbox {

enum class Stream { stdout_stream, stderr_stream };

// What passes between caller and run while it goes on. All may be left empty.
struct RunHooks {
  // Output as it comes, within the limits' caps. Called on the event loop; must not block.
  std::function<void(Stream, std::string_view)> on_output;
  // Setting it ends the run as Reason::cancelled. Shared by the run and whoever may cancel it.
  std::shared_ptr<Latch> cancel;
  // Without it the program's input ends after Spec::stdin_bytes.
  std::shared_ptr<RunInput> input;
};

struct RunResult {
  job::Outcome outcome;
  bool stdout_truncated = false;         // outcome.truncated is of both
  std::optional<std::string> collected;  // the file asked for, when the run exited 0 and made it
};

struct Stats {
  std::size_t slots = 0;
  std::size_t busy = 0;
  std::uint64_t replaced = 0;  // slots thrown away since the start
};

class Sandbox {
 public:
  virtual ~Sandbox() = default;

  // Waits for a free slot, then for the run's end. Errors are ours, never the program's: Errc::unavailable
  // (the sandbox host died or is stopping; the run may have begun), Errc::internal (a step of confinement
  // failed; the program did not start).
  virtual Task<RunResult> run(Spec spec, RunHooks hooks) = 0;
  virtual Stats stats() const = 0;
  // Errc::unavailable while there is no sandbox host: runs wait for one then.
  virtual Result<void> check_ready() const { return ok(); }
  // Runs under way end with Errc::unavailable. May be called twice.
  virtual Task<void> stop() = 0;
};

}  // namespace code_exec::sandbox
