#include "sandbox/host/warm_parents.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/log.h"
#include "sandbox/host/child_process.h"
#include "sandbox/host/messages.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A parent's runs share its hash seed and the addresses of its memory: none lives for long.
constexpr int forks_max = 10'000;
constexpr minutes age_max{10};
constexpr seconds ready_bound{20};  // to start and to import
constexpr seconds gone_bound{10};
constexpr milliseconds retry_first{100};
constexpr int retry_doublings_max = 9;  // to once in 50 s

ImportNames names_of(const std::vector<std::string>& imports) {
  ImportNames names{};
  std::size_t at = 0;
  for (const std::string& one : imports) {
    if (at + one.size() + 2 > names.size()) break;
    std::memcpy(names.data() + at, one.data(), one.size());
    at += one.size() + 1;
  }
  return names;
}

// The last of what it printed, on one line.
std::string last_words(const Fd& said) {
  std::array<char, 4096> buffer{};
  const ssize_t size = said ? read(said.get(), buffer.data(), buffer.size()) : 0;
  std::string text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

Result<void> try_warm_parent(Isolation& isolation, const WarmProgram& program) {
  auto started = isolation.start_warm_parent(program);
  if (!started) return started.error();
  WarmPlan plan = isolation.warm_plan();
  plan.imports = names_of(program.imports);
  bool ready = false;
  WarmReady message{};
  pollfd waiting{started->socket.get(), POLLIN, 0};
  constexpr auto bound_ms = static_cast<int>(milliseconds(ready_bound).count());
  if (send_message(started->socket.get(), plan) == 0 && poll(&waiting, 1, bound_ms) == 1) {
    Received received = receive_bytes(started->socket.get(), std::as_writable_bytes(std::span(&message, 1)));
    ready = received.kind == Received::Kind::message && message.kind == Message::warm_ready;
  }
  end_process(started->process);
  waitid(P_PIDFD, static_cast<id_t>(started->process.get()), nullptr, WEXITED);
  if (ready) return ok();
  const std::string words = last_words(started->said);
  return Error{Errc::unavailable, words.empty() ? "it did not become ready" : words, {}};
}

void WarmParents::prepare(Isolation& isolation) {
  if (!isolation.has_warm_parents()) return;
  isolation_ = &isolation;
  plan_ = isolation.warm_plan();
  parents_.resize(options_.warm_programs.size());
  // What a starter would say each time it is tried.
  for (Parent& parent : parents_)
    if (options_.cgroups == CgroupUse::none && !options_.warm_programs[index_of(parent)].forks)
      parent.start_at = Monotonic::time_point::max();
}

bool WarmParents::is_ready(std::uint32_t number) const {
  return number > 0 && number <= parents_.size() && parents_[number - 1].current.socket;
}

std::uint32_t WarmParents::first_that_forks() const {
  for (std::size_t i = 0; i < parents_.size(); ++i)
    if (options_.warm_programs[i].forks) return static_cast<std::uint32_t>(i + 1);
  return 0;
}

bool WarmParents::fork(std::uint32_t number, const WarmFork& request, std::span<const int> fds) {
  Parent& parent = parents_[number - 1];
  if (send_message(parent.current.socket.get(), request, fds) != 0) return false;
  ++parent.forks;
  return true;
}

void WarmParents::distrust(std::uint32_t number, std::uint64_t life) {
  if (!is_ready(number) || this->life(number) != life) return;
  Parent& parent = parents_[number - 1];
  log::warn("warm parent replaced program={} said={}", log::quoted(options_.warm_programs[number - 1].name),
            log::quoted(last_words(parent.current.said)));
  end(parent.current);
  if (!parent.next.process) start_later(parent);
}

void WarmParents::handle(std::size_t index) {
  Parent& parent = parents_[index];
  if (parent.next.socket) {
    WarmReady message{};
    Received received =
        receive_bytes(parent.next.socket.get(), std::as_writable_bytes(std::span(&message, 1)));
    if (received.kind == Received::Kind::message) {
      const auto bytes = std::as_bytes(std::span(&message, 1)).first(received.size);
      if (read_warm_ready(bytes, received.fds_count)) {
        take_over(parent);
      } else {
        give_up_next(parent, "it answered nonsense");
      }
    } else if (received.kind != Received::Kind::would_block) {
      give_up_next(parent, "it ended");
    }
  }
  if (!parent.current.socket) return;
  // After its WarmReady a parent says nothing on this socket: it has ended.
  std::byte ignored{};
  if (receive_bytes(parent.current.socket.get(), std::span(&ignored, 1)).kind != Received::Kind::would_block)
    distrust(static_cast<std::uint32_t>(index + 1), parent.life);
}

void WarmParents::tick() {
  const auto now = Monotonic::now();
  for (Parent& parent : parents_) {
    const bool is_old = parent.current.socket && (parent.forks >= forks_max || parent.renew_at <= now);
    if (parent.retired.process && parent.gone_by <= now) end(parent.retired);
    if (parent.next.process && parent.ready_by <= now) give_up_next(parent, "it did not become ready");
    if (!parent.next.process && parent.start_at <= now && (is_old || !parent.current.socket)) start(parent);
  }
}

Monotonic::time_point WarmParents::next_deadline() const {
  auto next = Monotonic::time_point::max();
  for (const Parent& parent : parents_) {
    if (parent.retired.process) next = std::min(next, parent.gone_by);
    if (parent.next.process) {
      next = std::min(next, parent.ready_by);
    } else {
      next = std::min(next,
                      parent.current.socket ? std::max(parent.renew_at, parent.start_at) : parent.start_at);
    }
  }
  return next;
}

void WarmParents::shut_down() {
  for (Parent& parent : parents_) {
    end(parent.current);
    end(parent.next);
    end(parent.retired);
  }
}

void WarmParents::start(Parent& parent) {
  const WarmProgram& program = options_.warm_programs[index_of(parent)];
  auto started = isolation_->start_warm_parent(program);
  if (!started) {
    log::error("warm parent not started program={} error={}", log::quoted(program.name),
               started.error().detail);
    return start_later(parent);
  }
  parent.next = std::move(*started);
  parent.ready_by = Monotonic::now() + ready_bound;
  plan_.imports = names_of(program.imports);
  if (send_message(parent.next.socket.get(), plan_) != 0 ||
      !poller_.watch(parent.next.socket.get(), Source::warm_parent, index_of(parent)))
    give_up_next(parent, "it cannot be spoken to");
}

void WarmParents::take_over(Parent& parent) {
  // The old one answers what it was asked for, then finds its socket closed, and ends.
  end(parent.retired);
  parent.retired = std::move(parent.current);
  poller_.forget(parent.retired.socket);
  parent.gone_by = Monotonic::now() + gone_bound;
  parent.current = std::move(parent.next);
  parent.next = {};
  ++parent.life;
  parent.forks = 0;
  parent.renew_at = Monotonic::now() + age_max;
}

void WarmParents::give_up_next(Parent& parent, const char* why) {
  log::warn("warm parent not ready program={} why={} said={}",
            log::quoted(options_.warm_programs[index_of(parent)].name), log::quoted(why),
            log::quoted(last_words(parent.next.said)));
  end(parent.next);
  start_later(parent);
}

void WarmParents::start_later(Parent& parent) {
  parent.start_at = Monotonic::now() + retry_first * (1 << std::min(parent.failures, retry_doublings_max));
  ++parent.failures;
}

// Runs that it forked are not its children, and go on.
void WarmParents::end(Process& process) {
  end_process(process.process);
  poller_.forget(process.socket);
  process.process.reset();
  process.said.reset();
}

}  // namespace code_exec::sandbox
