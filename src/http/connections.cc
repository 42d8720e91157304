#include "http/connections.h"

#include <algorithm>

#include "http/session.h"

namespace code_exec::http {
namespace {

// Deadlines that lie closer together than this are served by one look at the list.
constexpr std::chrono::milliseconds timer_gap{50};

}  // namespace

Connections::Connections(net::any_io_executor loop, const Router& routes, prometheus::Registry& registry,
                         ServerOptions wanted)
    : executor(loop),
      router(routes),
      options(std::move(wanted)),
      metrics(registry),
      timer_(loop),
      emptied_(loop) {}

void Connections::add(Session& session) {
  open_.insert(&session);
  if (session.mode() == Session::Mode::refuse) ++refused_;
  metrics.connections(count());
}

void Connections::remove(Session& session) {
  open_.erase(&session);
  if (session.mode() == Session::Mode::refuse) --refused_;
  metrics.connections(count());
  if (!open_.empty()) return;
  armed_ = no_deadline;
  timer_.cancel();
  emptied_.notify();
}

void Connections::watch(Deadline deadline) {
  if (deadline < armed_) arm(deadline);
}

void Connections::arm(Deadline at) {
  armed_ = at;
  timer_.expires_at(at);
  timer_.async_wait([self = shared_from_this(), at](boost::system::error_code error) {
    // Replaced by an earlier one, which may have left this handler queued.
    if (!error && self->armed_ == at) self->on_timer();
  });
}

void Connections::on_timer() {
  armed_ = no_deadline;
  const Deadline now = std::chrono::steady_clock::now();
  Deadline next = no_deadline;
  std::vector<std::shared_ptr<Session>> due;
  for (Session* session : open_) {
    if (session->deadline() <= now) {
      due.push_back(session->shared_from_this());
    } else {
      next = std::min(next, session->deadline());
    }
  }
  for (const auto& session : due) session->on_deadline();
  if (next != no_deadline) watch(std::max(next, now + timer_gap));
}

// A copy: what is done to a session may end it.
std::vector<std::shared_ptr<Session>> Connections::sessions() const {
  std::vector<std::shared_ptr<Session>> all;
  for (Session* session : open_) all.push_back(session->shared_from_this());
  return all;
}

void Connections::begin_stop() {
  stopping_ = true;
  for (const auto& session : sessions()) session->on_stop();
}

void Connections::abort() {
  for (const auto& session : sessions()) session->abort();
}

Task<void> Connections::wait_empty(Deadline until) {
  while (!open_.empty()) {
    auto waited = co_await emptied_.wait_until(until);
    if (!waited) co_return waited.error();
  }
  co_return ok();
}

}  // namespace code_exec::http
