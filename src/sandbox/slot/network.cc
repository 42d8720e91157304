#include "sandbox/slot/network.h"

#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/fd.h"

namespace code_exec::sandbox {

namespace {

struct Bound {
  const char* file;
  const char* value;
};

// ip-sysctl.rst; each of this network namespace alone.
constexpr std::array<Bound, 3> bounds{{{"/proc/sys/net/core/somaxconn", "64"},
                                       {"/proc/sys/net/ipv4/tcp_rmem", "4096 32768 131072"},
                                       {"/proc/sys/net/ipv4/tcp_wmem", "4096 16384 131072"}}};

}  // namespace

int bound_network() {
  for (const Bound& bound : bounds) {
    Fd file(open(bound.file, O_WRONLY | O_CLOEXEC));
    if (!file && errno == ENOENT) continue;  // older kernels keep some to the machine's own namespace
    if (!file) return errno;
    if (write(file.get(), bound.value, std::strlen(bound.value)) < 0) return errno;
  }
  return 0;
}

int bring_up_loopback() {
  Fd socket_fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket_fd) return errno;
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return ioctl(socket_fd.get(), SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
}

namespace {

// proc_net(5): "sockets: used 0", of this namespace alone, and "TCP: ... tw 0 ..." for both families. The
// other figures are the whole machine's.
bool no_sockets() {
  Fd file(open("/proc/self/net/sockstat", O_RDONLY | O_CLOEXEC));
  if (!file) return false;
  std::array<char, 1024> text{};
  const ssize_t size = read(file.get(), text.data(), text.size());
  if (size <= 0) return false;
  const std::string_view found(text.data(), static_cast<std::size_t>(size));
  return found.starts_with("sockets: used 0\n") && found.find(" tw 0 ") != std::string_view::npos;
}

// Closing a local socket while any are in flight starts the collector (unix_release in net/unix/af_unix.c).
void start_collector() {
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) return;
  close(pair[0]);
  close(pair[1]);
}

}  // namespace

bool NetworkTraces::read_counters(const char* file, Counters& counters) {
  Fd opened(open(file, O_RDONLY | O_CLOEXEC));
  if (!opened) return errno == ENOENT;  // without IPv6 there is no snmp6
  counters.size = 0;
  while (counters.size < counters.text.size()) {
    const ssize_t size =
        read(opened.get(), counters.text.data() + counters.size, counters.text.size() - counters.size);
    if (size < 0) return false;
    if (size == 0) return true;
    counters.size += static_cast<std::size_t>(size);
  }
  return false;
}

int NetworkTraces::remember() {
  return read_counters("/proc/self/net/snmp", snmp_) && read_counters("/proc/self/net/snmp6", snmp6_) ? 0
                                                                                                      : EIO;
}

bool NetworkTraces::any() const {
  static Counters now;
  const auto changed = [](const char* file, const Counters& before) {
    return !read_counters(file, now) || now.size != before.size ||
           std::memcmp(now.text.data(), before.text.data(), now.size) != 0;
  };
  return changed("/proc/self/net/snmp", snmp_) || changed("/proc/self/net/snmp6", snmp6_);
}

bool network_left_dirty() {
  if (no_sockets()) return false;
  start_collector();
  constexpr int looks_max = 20;
  constexpr timespec between{0, 1'000'000};
  for (int look = 0; look < looks_max; ++look) {
    if (no_sockets()) return false;
    nanosleep(&between, nullptr);
  }
  return true;
}

}  // namespace code_exec::sandbox
