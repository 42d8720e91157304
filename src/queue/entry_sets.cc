#include "queue/entry_sets.h"

#include <algorithm>
#include <cassert>

namespace code_exec::queue {
namespace {

TimePoint touched_at(const Entry& entry) {
  if (entry.finished_at) return *entry.finished_at;
  return entry.processed_at.value_or(entry.added_at);
}

template <class Iterator>
std::vector<Entry> copy_range(Iterator begin, std::size_t offset, std::size_t count) {
  std::vector<Entry> entries;
  entries.reserve(count);
  for (auto at = std::next(begin, static_cast<std::ptrdiff_t>(offset)); entries.size() < count; ++at)
    entries.push_back(at->second->entry);
  return entries;
}

}  // namespace

EntrySets::Record& EntrySets::insert(Entry entry) {
  const job::JobId id = entry.id;
  auto [at, is_new] = records_.emplace(id, Record{.entry = std::move(entry)});
  assert(is_new);
  return at->second;
}

void EntrySets::erase(Record& record) {
  displace(record);
  const job::JobId id = record.entry.id;  // erase() must not be given a key that it destroys
  records_.erase(id);
}

EntrySets::Record* EntrySets::find(const job::JobId& id) {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

void EntrySets::move_to_ready(Record& record, End end) {
  const std::uint32_t priority = record.entry.options.priority;
  if (end == End::front || priority == 0)
    place(record, State::waiting, 0, end);
  else
    place(record, State::prioritized, priority, End::back);
}

void EntrySets::move_to_active(Record& record, std::string token, TimePoint expires_at) {
  place(record, State::active, 0, End::back);
  record.lease_token = std::move(token);
  record.lease_expires_at = expires_at;
  record.lease_rank = Rank{to_ms(expires_at), record.rank.arrival};
  leases_.emplace(record.lease_rank, &record);
}

void EntrySets::move_to_delayed(Record& record, TimePoint due_at) {
  place(record, State::delayed, to_ms(due_at), End::back);
  record.entry.due_at = due_at;
}

void EntrySets::move_to_finished(Record& record, State state, TimePoint finished_at) {
  place(record, state, to_ms(finished_at), End::back);
  record.entry.finished_at = finished_at;
}

void EntrySets::extend_lease(Record& record, TimePoint expires_at) {
  assert(record.entry.state == State::active);
  leases_.erase(record.lease_rank);
  record.lease_expires_at = expires_at;
  record.lease_rank.major = to_ms(expires_at);
  leases_.emplace(record.lease_rank, &record);
}

EntrySets::Record* EntrySets::first_ready() {
  Record* waiting = first(State::waiting);
  return waiting ? waiting : first(State::prioritized);
}

EntrySets::Record* EntrySets::first_due(TimePoint now) {
  Record* record = first(State::delayed);
  return record && *record->entry.due_at <= now ? record : nullptr;
}

EntrySets::Record* EntrySets::first_expired(TimePoint now) {
  if (leases_.empty()) return nullptr;
  Record* record = leases_.begin()->second;
  return record->lease_expires_at <= now ? record : nullptr;
}

EntrySets::Record* EntrySets::first(State state) {
  Set& entries = set(state);
  return entries.empty() ? nullptr : entries.begin()->second;
}

std::optional<TimePoint> EntrySets::next_deadline() const {
  std::optional<TimePoint> next;
  for (const Set* deadlines : {&set(State::delayed), &leases_}) {
    if (deadlines->empty()) continue;
    const TimePoint first_of_set = from_ms(deadlines->begin()->first.major);
    next = next ? std::min(*next, first_of_set) : first_of_set;
  }
  return next;
}

std::vector<Entry> EntrySets::list(State state, std::size_t offset, std::size_t count, Order order) const {
  const Set& entries = set(state);
  if (offset >= entries.size()) return {};
  count = std::min(count, entries.size() - offset);
  return order == Order::oldest_first ? copy_range(entries.begin(), offset, count)
                                      : copy_range(entries.rbegin(), offset, count);
}

std::vector<EntrySets::Record*> EntrySets::untouched_since(State state, TimePoint before, std::size_t limit) {
  // Finished entries are in the order of the time that counts, so the first younger one ends the search.
  const bool is_sorted = state == State::completed || state == State::failed;
  std::vector<Record*> found;
  for (const auto& [rank, record] : set(state)) {
    if (found.size() >= limit) break;
    if (touched_at(record->entry) <= before)
      found.push_back(record);
    else if (is_sorted)
      break;
  }
  return found;
}

void EntrySets::place(Record& record, State state, std::int64_t major, End end) {
  displace(record);
  record.rank = Rank{major, end == End::front ? --first_arrival_ : ++last_arrival_};
  record.entry.state = state;
  record.is_placed = true;
  set(state).emplace(record.rank, &record);
}

void EntrySets::displace(Record& record) {
  if (!record.is_placed) return;
  record.is_placed = false;
  set(record.entry.state).erase(record.rank);
  if (record.entry.state == State::active) {
    leases_.erase(record.lease_rank);
    record.lease_token.clear();
  }
  record.entry.due_at.reset();
  record.entry.finished_at.reset();
}

}  // namespace code_exec::queue
