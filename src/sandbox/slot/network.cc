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

// Closing a local socket while any are in flight starts the collector (unix_release in net/unix/af_unix.c).
void start_collector() {
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) return;
  close(pair[0]);
  close(pair[1]);
}

}  // namespace

// Without IPv6 there is no snmp6: nothing is read then.
int NetworkTraces::open_counters(const char* path, Counters& counters) {
  counters.file.reset(open(path, O_RDONLY | O_CLOEXEC));
  return counters.file || errno == ENOENT ? 0 : errno;
}

bool NetworkTraces::read(Counters& counters) {
  counters.size = 0;
  while (counters.file && counters.size < counters.text.size()) {
    const ssize_t size = pread(counters.file.get(), counters.text.data() + counters.size,
                               counters.text.size() - counters.size, static_cast<off_t>(counters.size));
    if (size < 0) return false;
    if (size == 0) return true;
    counters.size += static_cast<std::size_t>(size);
  }
  return !counters.file;
}

int NetworkTraces::remember() {
  if (int error = open_counters("/proc/self/net/snmp", snmp_)) return error;
  if (int error = open_counters("/proc/self/net/snmp6", snmp6_)) return error;
  if (int error = open_counters("/proc/self/net/sockstat", sockets_)) return error;
  return read(snmp_) && read(snmp6_) && snmp_.size > 0 && sockets_.file ? 0 : EIO;
}

bool NetworkTraces::changed(Counters& before) {
  static std::array<char, counters_max> text;
  std::memcpy(text.data(), before.text.data(), before.size);
  const std::size_t size = before.size;
  return !read(before) || before.size != size || std::memcmp(text.data(), before.text.data(), size) != 0;
}

bool NetworkTraces::any() {
  return changed(snmp_) || changed(snmp6_);
}

// proc_net(5): "sockets: used 0", of this namespace alone, and "TCP: ... tw 0 ..." for both families. The
// other figures are the whole machine's.
bool NetworkTraces::no_sockets() {
  if (!read(sockets_)) return false;
  const std::string_view found(sockets_.text.data(), sockets_.size);
  return found.starts_with("sockets: used 0\n") && found.find(" tw 0 ") != std::string_view::npos;
}

bool NetworkTraces::left_dirty() {
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
