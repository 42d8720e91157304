#include "sandbox/slot/network.h"

#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
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

bool network_left_dirty() {
  // proc_net(5): "TCP: inuse 0 orphan 0 tw 0 alloc 5 mem 0". TCP6 time-waits are counted in TCP's tw.
  Fd file(open("/proc/self/net/sockstat", O_RDONLY | O_CLOEXEC));
  if (!file) return true;
  std::array<char, 1024> text{};
  const ssize_t size = read(file.get(), text.data(), text.size());
  if (size <= 0) return true;
  const std::string_view found(text.data(), static_cast<std::size_t>(size));
  return found.find("\nTCP: inuse 0 orphan 0 tw 0 ") == std::string_view::npos;
}

}  // namespace code_exec::sandbox
