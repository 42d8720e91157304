// queue/claim_line.h - the claimers that wait for an entry of a local queue, served first come, first served.
// A claimer is only called, never handed an entry: it takes one when it runs. So one that is cancelled after
// it was called has nothing to lose, and its turn goes to the next.
#pragma once

#include <cstdint>
#include <map>

#include "base/event.h"

namespace code_exec::queue {

class ClaimLine {
 public:
  explicit ClaimLine(net::any_io_executor executor);
  ~ClaimLine();  // everyone must have left: stop the claimers and await until_empty() first
  ClaimLine(const ClaimLine&) = delete;
  ClaimLine& operator=(const ClaimLine&) = delete;

  // One claimer's place, kept over several waits; lives in the frame of the claiming coroutine.
  class Place {
   public:
    explicit Place(ClaimLine& line);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // Returns when called, or early with Errc::cancelled.
    Task<void> wait();
    // Whether it was called since the last answer. Ends the call: take an entry, wait again or leave.
    bool answer();

   private:
    friend ClaimLine;
    ClaimLine& line_;
    std::uint64_t ticket_;
    Notifier turn_;
    bool is_called_ = false;
  };

  bool call_next();  // false: nobody waits
  void call_all();
  // Those who were called and have not answered yet: as many entries are spoken for.
  std::size_t called() const { return called_; }
  Task<void> until_empty();

 private:
  net::any_io_executor executor_;
  Notifier emptied_;
  std::map<std::uint64_t, Place*> waiting_;  // by ticket, so one that waits again keeps its place
  std::uint64_t last_ticket_ = 0;
  std::size_t places_ = 0;
  std::size_t called_ = 0;
};

}  // namespace code_exec::queue
