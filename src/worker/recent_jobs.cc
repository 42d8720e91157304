#include "worker/recent_jobs.h"

#include <utility>

namespace code_exec::worker {
namespace {

// What an empty job costs, about: the objects themselves and the two indexes.
constexpr std::uint64_t overhead_bytes = 1024;

std::uint64_t size_of(const KnownJob& known) {
  const job::Submission& submission = known.job.submission;
  std::uint64_t bytes = overhead_bytes + submission.code.size() + submission.stdin_bytes.size();
  for (const auto& arg : submission.args) bytes += arg.size();
  for (const auto& file : submission.files) bytes += file.content.size();
  if (known.compiled) bytes += known.compiled->artifact.size() + known.compiled->output.size();
  return bytes;
}

}  // namespace

void RecentJobs::put(KnownJob known) {
  drop(known.job.id);
  const std::uint64_t bytes = size_of(known);
  const job::JobId id = known.job.id;
  oldest_first_.push_back(Place{std::make_shared<KnownJob>(std::move(known)), bytes});
  by_id_.emplace(id, std::prev(oldest_first_.end()));
  bytes_ += bytes;
  while (bytes_ > bytes_max_) drop(job::JobId(oldest_first_.front().known->job.id));
}

std::shared_ptr<KnownJob> RecentJobs::take(const job::JobId& id) {
  auto found = by_id_.find(id);
  if (found == by_id_.end()) return nullptr;
  auto place = found->second;
  auto known = std::move(place->known);
  bytes_ -= place->bytes;
  by_id_.erase(found);
  oldest_first_.erase(place);
  return known;
}

}  // namespace code_exec::worker
