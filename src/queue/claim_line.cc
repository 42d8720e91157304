#include "queue/claim_line.h"

#include <cassert>

namespace code_exec::queue {

ClaimLine::ClaimLine(net::any_io_executor executor) : executor_(std::move(executor)), emptied_(executor_) {}

ClaimLine::~ClaimLine() {
  assert(places_ == 0);
}

bool ClaimLine::call_next() {
  if (waiting_.empty()) return false;
  Place& place = *waiting_.begin()->second;
  waiting_.erase(waiting_.begin());
  place.is_called_ = true;
  ++called_;
  place.turn_.notify();
  return true;
}

void ClaimLine::call_all() {
  while (call_next()) {
  }
}

Task<void> ClaimLine::until_empty() {
  while (places_ > 0) {
    auto waited = co_await emptied_.wait();
    if (!waited) co_return waited.error();
  }
  co_return ok();
}

ClaimLine::Place::Place(ClaimLine& line) : line_(line), ticket_(++line.last_ticket_), turn_(line.executor_) {
  ++line_.places_;
}

ClaimLine::Place::~Place() {
  answer();
  line_.waiting_.erase(ticket_);
  if (--line_.places_ == 0) line_.emptied_.notify();
}

Task<void> ClaimLine::Place::wait() {
  line_.waiting_.emplace(ticket_, this);
  auto waited = co_await turn_.wait();
  line_.waiting_.erase(ticket_);
  co_return waited;
}

bool ClaimLine::Place::answer() {
  if (!is_called_) return false;
  is_called_ = false;
  --line_.called_;
  return true;
}

}  // namespace code_exec::queue
