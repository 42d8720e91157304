// live/live_runs.h - runs while they go on: what they have printed so far, and who watches; what is said to
// them. A watcher reads from one copy of the output at its own pace, so a slow one costs nothing but that
// copy, and a run never waits for one. Belongs to the event loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "job/job_id.h"
#include "sandbox/sandbox.h"

namespace code_exec::live {

// What one run has printed. Shared by the run and its watchers, who may be slower.
struct Output {
  std::int64_t run;  // which of the job's runs: when it began, in ms since 1970; a number could come twice
  std::string stdout_bytes;
  std::string stderr_bytes;
};

// What is said to a run.
struct Message {
  enum class Type { input, end_of_input, signal };
  Type type = Type::input;
  std::string bytes;  // of input
  int signal = 0;
};

// Runs that are on other machines.
class Elsewhere {
 public:
  virtual ~Elsewhere() = default;
  virtual void watched(const job::JobId& id) = 0;    // by the first watcher here
  virtual void unwatched(const job::JobId& id) = 0;  // by nobody here any more
  // Errc::full: nobody was told. What becomes of it there is not heard.
  virtual Result<void> tell(const job::JobId& id, Message message) = 0;
};

// A client of this process, or another process for clients of its own, who is not told of as `watched`.
enum class Watcher { here, elsewhere };

class LiveRuns {
  struct Topic;
  using Topics = std::map<job::JobId, Topic>;

 public:
  LiveRuns();
  ~LiveRuns();
  LiveRuns(const LiveRuns&) = delete;
  LiveRuns& operator=(const LiveRuns&) = delete;

  // One run going on; its output is added as it comes, until this goes.
  class Run {
   public:
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    void append(sandbox::Stream stream, std::string_view bytes);
    const std::shared_ptr<Output>& output() const { return output_; }

   private:
    friend class LiveRuns;
    Run(LiveRuns& owner, Topics::iterator topic, std::shared_ptr<Output> output)
        : owner_(owner), topic_(topic), output_(std::move(output)) {}
    LiveRuns& owner_;
    Topics::iterator topic_;
    std::shared_ptr<Output> output_;
  };
  // A run of the job begins. `input`: what it may be told through; null: it is elsewhere.
  std::unique_ptr<Run> begin(const job::JobId& id, std::int64_t run,
                             std::shared_ptr<sandbox::RunInput> input);

  // A look at one job's runs. `changed` is called when one begins, when it prints and when it ends, and must
  // not call us from inside.
  class Watch {
   public:
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    // Of the run going on, or of the latest that went on since this look began; null: there was none.
    const std::shared_ptr<const Output>& output() const { return output_; }

   private:
    friend class LiveRuns;
    Watch(LiveRuns& owner, Topics::iterator topic, Watcher who, std::function<void()> changed);
    LiveRuns& owner_;
    Topics::iterator topic_;
    Watcher who_;
    std::function<void()> changed_;
    std::shared_ptr<const Output> output_;
    std::list<Watch*>::iterator place_;
  };
  std::unique_ptr<Watch> watch(const job::JobId& id, std::function<void()> changed,
                               Watcher who = Watcher::here);

  // Errc::conflict: no run of the job goes on, or its input has ended. Errc::full: it does not read. Where
  // the run is not here, those elsewhere are told.
  Result<void> tell(const job::JobId& id, Message message);
  Result<void> tell_here(const job::JobId& id, const Message& message);

  // Where there are workers on other machines; must outlive the watches.
  void set_elsewhere(Elsewhere* elsewhere) { elsewhere_ = elsewhere; }

 private:
  Topics::iterator topic_of(const job::JobId& id);
  void drop_if_unused(Topics::iterator topic);
  static void notify(Topic& topic);

  Topics topics_;
  Elsewhere* elsewhere_ = nullptr;
};

}  // namespace code_exec::live
