#include "worker/recovery.h"

#include "base/log.h"

namespace code_exec::worker {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t page_size = 500;
constexpr auto room_recheck = 10s;  // should an event be missed

bool is_unfinished(queue::State state) {
  return state != queue::State::completed && state != queue::State::failed;
}

Error stopped() {
  return Error{Errc::cancelled, "the worker stops", {}};
}

class Rebuild {
 public:
  Rebuild(Shared& shared, JobSteps& steps, const bool& stopping)
      : shared_(shared), steps_(steps), stopping_(stopping) {}

  Task<RecoveredCounts> run() {
    for (const job::Status status : {job::Status::running, job::Status::pending}) {
      auto passed = co_await pass(status);
      if (!passed) co_return passed.error();
    }
    co_return counts_;
  }

 private:
  Task<void> pass(job::Status status) {
    std::optional<job::JobId> after;
    for (;;) {
      auto page = co_await shared_.parts.store.unfinished(after, page_size);
      if (!page) co_return page.error();
      for (const auto& job : *page) {
        if (stopping_) co_return stopped();
        if (job.status != status) continue;
        auto recovered = co_await recover(job);
        if (!recovered) co_return recovered.error();
      }
      if (page->size() < page_size) co_return ok();
      after = page->back().id;
    }
  }

  Task<void> recover(store::Unfinished job) {
    std::string failed_reason;
    // In the order in which it passes through them, or it could slip by.
    for (queue::Queue* queue : {&shared_.parts.save_queue, &shared_.parts.exec_queue}) {
      auto entry = co_await queue->find(job.id);
      if (!entry && entry.error().code != Errc::not_found) co_return entry.error();
      if (!entry) continue;
      if (is_unfinished(entry->state)) {
        ++counts_.present;
        co_return ok();
      }
      if (entry->state == queue::State::failed) failed_reason = entry->failed_reason;
    }
    std::string message;
    if (!failed_reason.empty()) {
      message = "the job could not be run: " + failed_reason;
    } else if (job.runs >= job::runs_max) {
      message = "the job was given up after its worker died " + std::to_string(job.runs) + " times";
    } else {
      co_return co_await push_if_unfinished(std::move(job));
    }
    co_return co_await give_up(job.id, std::move(message));
  }

  // The list is a while old: the job may have ended since.
  Task<void> push_if_unfinished(store::Unfinished job) {
    auto now = co_await shared_.parts.store.find(job.id);
    if (!now && now.error().code != Errc::not_found) co_return now.error();
    if (!now || job::is_final(now->status)) co_return ok();
    co_return co_await push(std::move(job));
  }

  Task<void> give_up(job::JobId id, std::string message) {
    auto job = co_await shared_.parts.store.find(std::move(id));
    if (!job && job.error().code == Errc::not_found) co_return ok();
    if (!job) co_return job.error();
    if (job::is_final(job->status)) co_return ok();
    log::warn("job given up job={} runs={}", job->id.text(), job->runs);
    ++counts_.ended;
    job::Outcome outcome = internal_error(std::move(message));
    co_await steps_.finish(*std::move(job), std::move(outcome));
    co_return ok();
  }

  Task<void> push(store::Unfinished job) {
    queue::Queue& queue = shared_.parts.save_queue;
    queue::EntryOptions entry;
    entry.priority = job.priority;
    Notifier changed(shared_.parts.executor);
    std::unique_ptr<queue::Queue::Subscription> subscription;
    for (;;) {
      auto pushed = co_await queue.push(job.id, entry);
      if (pushed) {
        ++counts_.pushed;
        co_return ok();
      }
      if (pushed.error().code == Errc::conflict) {  // submitted or pushed by another worker meanwhile
        ++counts_.present;
        co_return ok();
      }
      if (pushed.error().code != Errc::full) co_return pushed.error();
      if (!subscription) {
        subscription = queue.subscribe([&changed](const queue::Event& event) {
          using Type = queue::Event::Type;
          if (event.type == Type::completed || event.type == Type::failed || event.type == Type::removed)
            changed.notify();
        });
        continue;  // room made before we listened
      }
      if (stopping_) co_return stopped();
      co_await hear_cancellation();
      auto waited = co_await changed.wait_until(std::chrono::steady_clock::now() + room_recheck);
      co_await ignore_cancellation();
      if (stopping_ || (!waited && waited.error().code == Errc::cancelled)) co_return stopped();
    }
  }

  Shared& shared_;
  JobSteps& steps_;
  const bool& stopping_;
  RecoveredCounts counts_;
};

}  // namespace

Task<RecoveredCounts> rebuild_queues(Shared& shared, JobSteps& steps, const bool& stopping) {
  Rebuild rebuild(shared, steps, stopping);
  co_return co_await rebuild.run();
}

}  // namespace code_exec::worker
