// sandbox/fake_sandbox.h - a Sandbox for tests: a function plays the programs, and runs can be held until
// they are let go, cancelled or the sandbox stops.
#pragma once

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "base/event.h"
#include "sandbox/sandbox.h"

namespace code_exec::sandbox {

class FakeSandbox final : public Sandbox {
 public:
  using Program = std::function<Result<RunResult>(const Spec&)>;

  explicit FakeSandbox(net::any_io_executor executor) : changed(executor), released_(executor) {}

  // A program that prints `text` and exits 0.
  static Program print(std::string text) {
    return [text = std::move(text)](const Spec&) -> Result<RunResult> {
      return RunResult{.outcome = completed(text), .collected = std::nullopt};
    };
  }
  static job::Outcome completed(std::string stdout_bytes) {
    return job::Outcome{.status = job::Status::completed,
                        .reason = job::Reason::none,
                        .exit_code = 0,
                        .stdout_bytes = std::move(stdout_bytes)};
  }

  Task<RunResult> run(Spec spec, RunHooks hooks) override {
    using net::experimental::awaitable_operators::operator||;
    specs.push_back(spec);
    ++busy_;
    changed.notify();
    while (hold && !stopped_ && !(hooks.cancel && hooks.cancel->is_set())) {
      auto released = released_.wait();
      if (hooks.cancel) {
        auto cancelled = hooks.cancel->wait();
        co_await (std::move(cancelled) || std::move(released));
      } else {
        auto waited = co_await std::move(released);
        if (!waited) break;
      }
    }
    --busy_;
    changed.notify();
    if (stopped_) co_return Error{Errc::unavailable, "the sandbox is stopping", {}};
    if (hooks.cancel && hooks.cancel->is_set()) {
      job::Outcome outcome{.status = job::Status::failed, .reason = job::Reason::cancelled};
      co_return RunResult{.outcome = outcome, .collected = std::nullopt};
    }
    co_return program(spec);
  }

  // Lets the held runs end by themselves, and the ones to come.
  void release() {
    hold = false;
    released_.notify();
  }

  Stats stats() const override { return Stats{.slots = 4, .busy = busy_, .replaced = 0}; }
  Task<void> stop() override {
    stopped_ = true;
    released_.notify();
    co_return ok();
  }

  Program program = print("hello\n");
  bool hold = false;
  std::vector<Spec> specs;  // of every run begun
  Notifier changed;         // a run began or ended

 private:
  Notifier released_;
  std::size_t busy_ = 0;
  bool stopped_ = false;
};

}  // namespace code_exec::sandbox
