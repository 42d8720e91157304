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
