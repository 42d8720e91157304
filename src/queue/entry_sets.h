// queue/entry_sets.h - the entries of a local queue, one ordered set for each state: who is where, and who is
// next. It knows no clock, no events and no waiting. Everything is O(log n); sizes are O(1).
#pragma once

#include <array>
#include <compare>
#include <unordered_map>

#include "queue/queue.h"

namespace code_exec::queue {

class EntrySets {
 public:
  // The order within a set: by `major` (a priority, a time), then by order of arrival.
  struct Rank {
    std::int64_t major = 0;
    std::int64_t arrival = 0;
    auto operator<=>(const Rank&) const = default;
  };

  // Stays where it is in memory until it is erased. Only the move functions change its state.
  struct Record {
    Entry entry;
    std::string lease_token;  // while active, like the next
    TimePoint lease_expires_at;
    Rank rank;
    Rank lease_rank;
    bool is_placed = false;
  };

  enum class End { front, back };

  // The id must be new. The entry belongs to no state until it is moved to its first.
  Record& insert(Entry entry);
  void erase(Record& record);
  Record* find(const job::JobId& id);  // nullptr: unknown

  // Back: waiting, or prioritized when it has a priority. Front: waiting in any case, before all others.
  void move_to_ready(Record& record, End end);
  void move_to_active(Record& record, std::string token, TimePoint expires_at);
  void move_to_delayed(Record& record, TimePoint due_at);
  void move_to_finished(Record& record, State state, TimePoint finished_at);
  void extend_lease(Record& record, TimePoint expires_at);

  std::size_t size(State state) const { return set(state).size(); }
  std::size_t ready_size() const { return size(State::waiting) + size(State::prioritized); }
  std::size_t unfinished_size() const { return ready_size() + size(State::active) + size(State::delayed); }

  // nullptr: none.
  Record* first_ready();
  Record* first_due(TimePoint now);
  Record* first_expired(TimePoint now);
  Record* first(State state);
  // When the next delayed entry is due or the next lease expires.
  std::optional<TimePoint> next_deadline() const;

  std::vector<Entry> list(State state, std::size_t offset, std::size_t count, Order order) const;
  // The first `limit` that were last touched (finished, claimed or added) at `before` or earlier.
  std::vector<Record*> untouched_since(State state, TimePoint before, std::size_t limit);

 private:
  using Set = std::map<Rank, Record*>;

  Set& set(State state) { return sets_[static_cast<std::size_t>(state)]; }
  const Set& set(State state) const { return sets_[static_cast<std::size_t>(state)]; }
  void place(Record& record, State state, std::int64_t major, End end);
  void displace(Record& record);

  std::unordered_map<job::JobId, Record> records_;
  std::array<Set, 6> sets_;  // by State
  Set leases_;               // the active ones, by expiry
  std::int64_t first_arrival_ = 0;
  std::int64_t last_arrival_ = 0;
};

}  // namespace code_exec::queue
