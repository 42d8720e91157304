#include "sandbox/host/poller.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace code_exec::sandbox {
namespace {

constexpr std::uint64_t timer_data = ~std::uint64_t{0};
constexpr std::size_t events_max = 64;  // of one wait; the rest come with the next

}  // namespace

Result<void> Poller::open() {
  epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return system_error(Errc::internal, "epoll_create1", "", errno);
  timer_.reset(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer_) return system_error(Errc::internal, "timerfd_create", "", errno);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = timer_data;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, timer_.get(), &event) == 0) return ok();
  return system_error(Errc::internal, "epoll_ctl", "timer", errno);
}

Result<void> Poller::watch(int fd, Source source, std::size_t index) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = static_cast<std::uint64_t>(source) << 32 | index;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return ok();
  return system_error(Errc::internal, "epoll_ctl", "", errno);
}

void Poller::unwatch(const Fd& fd) {
  if (fd) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd.get(), nullptr);
}

void Poller::forget(Fd& fd) {
  unwatch(fd);
  fd.reset();
}

bool Poller::wait(Monotonic::time_point deadline, const std::function<void(Source, std::size_t)>& handle) {
  arm(deadline);
  std::array<epoll_event, events_max> events;
  const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
  if (count < 0) return errno == EINTR;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t data = events[static_cast<std::size_t>(i)].data.u64;
    if (data == timer_data) {
      std::uint64_t expirations = 0;
      (void)!read(timer_.get(), &expirations, sizeof(expirations));
      armed_for_ = {};
    } else {
      handle(static_cast<Source>(data >> 32), static_cast<std::size_t>(data & 0xffffffff));
    }
  }
  return true;
}

void Poller::arm(Monotonic::time_point deadline) {
  if (deadline == armed_for_) return;
  armed_for_ = deadline;
  itimerspec when{};
  if (deadline != Monotonic::time_point::max()) {
    const auto since =
        std::max<std::chrono::nanoseconds>(deadline.time_since_epoch(), std::chrono::nanoseconds(1));
    when.it_value.tv_sec = since.count() / 1'000'000'000;
    when.it_value.tv_nsec = since.count() % 1'000'000'000;
  }
  timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace code_exec::sandbox
