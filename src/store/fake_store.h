// store/fake_store.h - a JobStore in memory for tests of what uses one: it counts calls and can be away.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "store/store.h"

namespace code_exec::store {

class FakeStore final : public JobStore {
 public:
  Task<std::vector<Inserted>> insert(std::vector<NewJob> fresh) override {
    if (away) co_return gone();
    std::vector<Inserted> inserted;
    for (const auto& job : fresh) {
      if (!job.idempotency) continue;
      auto known = keys_.find(job.idempotency->key);
      if (known != keys_.end() && known->second.first != job.idempotency->fingerprint)
        co_return Error{Errc::conflict, "the key was used with another request", "Idempotency-Key"};
    }
    for (auto& job : fresh) {
      if (job.idempotency) {
        auto [place, created] =
            keys_.emplace(job.idempotency->key, std::pair(job.idempotency->fingerprint, job.job.id));
        if (!created) {
          inserted.push_back(Inserted{place->second.second, false});
          continue;
        }
      }
      inserted.push_back(Inserted{job.job.id, true});
      const job::JobId id = job.job.id;
      if (const std::string& url = job.job.submission.callback_url; !url.empty())
        callbacks.insert_or_assign(id, Entered{url, 0, job.job.created_at + callback_look});
      jobs.insert_or_assign(id, std::move(job.job));
    }
    if (on_insert) on_insert();
    co_return inserted;
  }

  Task<job::Job> find(job::JobId id) override {
    ++finds;
    if (away) co_return gone();
    auto found = jobs.find(id);
    if (found == jobs.end()) co_return not_found();
    co_return found->second;
  }

  Task<JobPage> list(JobFilter) override {
    if (away) co_return gone();
    co_return JobPage{};
  }

  Task<int> start(job::JobId id, TimePoint at) override {
    if (away) co_return gone();
    auto found = jobs.find(id);
    if (found == jobs.end()) co_return not_found();
    job::Job& job = found->second;
    if (job::is_final(job.status)) co_return is_final();
    job.status = job::Status::running;
    job.started_at = at;
    co_return ++job.runs;
  }

  Task<void> release(job::JobId id) override {
    if (away) co_return gone();
    auto found = jobs.find(id);
    if (found == jobs.end()) co_return not_found();
    if (found->second.status != job::Status::running) co_return is_final();
    found->second.status = job::Status::pending;
    --found->second.runs;
    co_return ok();
  }

  Task<void> finish(job::JobId id, job::Outcome outcome, TimePoint at,
                    Callback callback = Callback::none) override {
    ++finishes;
    if (away) co_return gone();
    auto found = jobs.find(id);
    if (found == jobs.end()) co_return not_found();
    job::Job& job = found->second;
    if (job::is_final(job.status)) co_return is_final();
    job.status = outcome.status;
    job.outcome = std::move(outcome);
    job.finished_at = at;
    if (callback == Callback::wanted) callbacks.at(id).due_at = at;
    co_return ok();
  }

  Task<DueCallbacks> claim_callbacks(TimePoint now, std::chrono::milliseconds lease,
                                     std::size_t limit) override {
    ++claims;
    if (away) co_return gone();
    DueCallbacks due;
    for (auto& [id, entered] : callbacks) {
      if (entered.due_at > now || due.claimed.size() == limit) {
        due.next = due.next ? std::min(*due.next, entered.due_at) : entered.due_at;
        continue;
      }
      due.claimed.push_back({id, entered.url, entered.attempts, now + lease});
      entered.due_at = now + lease;
    }
    co_return due;
  }

  Task<void> put_off_callback(DueCallback callback, TimePoint until) override {
    if (away) co_return gone();
    auto found = callbacks.find(callback.id);
    if (found == callbacks.end() || found->second.due_at != callback.leased_until) co_return ok();
    found->second.due_at = until;
    found->second.attempts = callback.attempts;
    co_return ok();
  }

  Task<void> remove_callback(job::JobId id) override {
    if (away) co_return gone();
    callbacks.erase(id);
    co_return ok();
  }

  Task<std::vector<Unfinished>> unfinished(std::optional<job::JobId> after, std::size_t limit) override {
    if (away) co_return gone();
    std::vector<Unfinished> page;
    for (auto next = after ? jobs.upper_bound(*after) : jobs.begin();
         next != jobs.end() && page.size() < limit; ++next) {
      const job::Job& job = next->second;
      if (!job::is_final(job.status))
        page.push_back(Unfinished{job.id, job.status, job.runs, job.submission.priority});
    }
    co_return page;
  }

  Task<std::map<job::Status, std::uint64_t>> counts() override {
    if (away) co_return gone();
    std::map<job::Status, std::uint64_t> counted;
    for (const auto& [id, job] : jobs) ++counted[job.status];
    co_return counted;
  }

  Task<std::size_t> sweep(Retention retention, TimePoint now, std::size_t limit) override {
    ++sweeps;
    if (away) co_return gone();
    std::size_t removed = 0;
    for (auto next = jobs.begin(); next != jobs.end() && removed < limit;) {
      const bool old = next->second.finished_at && *next->second.finished_at + retention.age_max < now;
      next = old ? jobs.erase(next) : std::next(next);
      removed += old ? 1 : 0;
    }
    co_return removed;
  }

  Task<void> check_health() override {
    if (away) co_return gone();
    co_return ok();
  }
  Task<void> stop() override { co_return ok(); }

  struct Entered {
    std::string url;
    int attempts;
    TimePoint due_at;
  };

  std::map<job::JobId, job::Job> jobs;  // by id, and so oldest first
  std::map<job::JobId, Entered> callbacks;
  bool away = false;                // every call is Errc::unavailable
  std::function<void()> on_insert;  // after an insert, before its caller goes on
  int finds = 0;
  int finishes = 0;
  int claims = 0;
  int sweeps = 0;

 private:
  static Error gone() { return Error{Errc::unavailable, "the store is away", {}}; }
  static Error not_found() { return Error{Errc::not_found, "no such job", {}}; }
  static Error is_final() { return Error{Errc::conflict, "the state of the job does not allow it", {}}; }

  std::map<std::string, std::pair<std::string, job::JobId>> keys_;
};

}  // namespace code_exec::store
