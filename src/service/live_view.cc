#include "service/live_view.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace code_exec::service {
namespace {

std::int64_t run_of(const job::Job& job) {
  return job.started_at ? to_ms(*job.started_at) : 0;
}

using Moment = std::chrono::steady_clock::time_point;

class View final : public BeginningLiveView {
 public:
  View(LiveViewParts parts, job::JobId id, LivePosition from, Chunks chunks)
      : parts_(std::move(parts)),
        id_(std::move(id)),
        chunks_(chunks),
        at_(from),
        waiter_(parts_.waiters, parts_.executor, id_),
        watch_(parts_.live.watch(id_, [this] { waiter_.nudge(); })) {}

  Task<void> begin() override {
    auto job = co_await parts_.store.find(id_);
    if (!job) co_return job.error();
    status_ = job->status;
    if (job::is_final(job->status)) {
      end(std::make_shared<const job::Job>(*std::move(job)));
    } else if (job->status == job::Status::running && at_.run != run_of(*job)) {
      at_ = {.run = run_of(*job)};
    }
    co_return ok();
  }

  Task<LiveEvent> next(Moment deadline) override {
    for (;;) {
      if (waiter_.job() && !final_) end(std::make_shared<const job::Job>(*waiter_.job()));
      if (auto event = now()) co_return *std::move(event);
      const bool may_be_missed = parts_.recheck != std::chrono::milliseconds::max();
      Moment until = deadline;
      if (may_be_missed) until = std::min(until, std::chrono::steady_clock::now() + parts_.recheck);
      auto woken = co_await waiter_.wait_until(until);
      if (!woken && (woken.error().code != Errc::timeout || !may_be_missed)) co_return woken.error();
      if (waiter_.job() || (woken && !waiter_.take_look())) continue;
      auto job = co_await parts_.store.find(id_);
      if (!job && job.error().code == Errc::not_found) co_return job.error();
      if (job && job::is_final(job->status)) {
        end(std::make_shared<const job::Job>(*std::move(job)));
      } else if (std::chrono::steady_clock::now() >= deadline) {
        co_return Error{Errc::timeout, "nothing new", {}};
      }
    }
  }

 private:
  void end(std::shared_ptr<const job::Job> job) {
    final_ = std::move(job);
    watch_.reset();
    if (at_.run == run_of(*final_)) return;
    // What was told so far was printed by a run that was given up.
    at_ = {.run = run_of(*final_)};
    status_ = final_->status;
    told_status_ = false;
  }

  std::optional<LiveEvent> now() {
    // A run may be seen before the store knows that it began.
    const live::Output* run = final_ ? nullptr : watch_->output().get();
    if (run && (run->run != at_.run || status_ != job::Status::running)) {
      if (run->run != at_.run) at_ = {.run = run->run};
      return status(job::Status::running);
    }
    if (!told_status_) return status(status_);
    if (final_) {
      if (auto event = output(final_->outcome->stdout_bytes, final_->outcome->stderr_bytes)) return event;
      return LiveEvent{.type = LiveEvent::Type::result, .job = final_, .after = at_};
    }
    if (!run) return std::nullopt;
    return output(run->stdout_bytes, run->stderr_bytes);
  }

  LiveEvent status(job::Status status) {
    status_ = status;
    told_status_ = true;
    return LiveEvent{.type = LiveEvent::Type::status, .status = status, .after = at_};
  }

  std::optional<LiveEvent> output(const std::string& stdout_bytes, const std::string& stderr_bytes) {
    if (std::string bytes = from(stdout_bytes, at_.stdout_bytes); !bytes.empty()) {
      at_.stdout_bytes += bytes.size();
      return LiveEvent{.type = LiveEvent::Type::stdout_bytes, .bytes = std::move(bytes), .after = at_};
    }
    if (std::string bytes = from(stderr_bytes, at_.stderr_bytes); !bytes.empty()) {
      at_.stderr_bytes += bytes.size();
      return LiveEvent{.type = LiveEvent::Type::stderr_bytes, .bytes = std::move(bytes), .after = at_};
    }
    return std::nullopt;
  }

  std::string from(const std::string& bytes, std::uint64_t position) const {
    if (position >= bytes.size()) return {};
    const std::string_view rest = std::string_view(bytes).substr(position);
    std::string_view chunk = rest.substr(0, live_chunk_bytes);
    // At the end of all output, what is cut stays so.
    if (chunks_ == Chunks::whole_characters && !(final_ && chunk.size() == rest.size()))
      chunk = without_cut_character(chunk);
    return std::string(chunk);
  }

  LiveViewParts parts_;
  const job::JobId id_;
  const Chunks chunks_;
  LivePosition at_;
  job::Status status_ = job::Status::pending;
  bool told_status_ = false;
  std::shared_ptr<const job::Job> final_;
  Waiters::Waiter waiter_;
  std::unique_ptr<live::LiveRuns::Watch> watch_;  // null once the job is final
};

}  // namespace

std::unique_ptr<BeginningLiveView> make_live_view(LiveViewParts parts, job::JobId id, LivePosition from,
                                                  Chunks chunks) {
  return std::make_unique<View>(std::move(parts), std::move(id), from, chunks);
}

}  // namespace code_exec::service
