// sandbox/wire.h - messages of fixed shape over SOCK_SEQPACKET sockets, with descriptors beside them
// (unix(7), SCM_RIGHTS). One send is one message; a message of another size than expected is an error of the
// peer. Nothing here allocates, so the code between fork and exec may use it.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

#include "base/fd.h"

namespace code_exec::sandbox {

inline constexpr std::size_t wire_fds_max = 12;

struct Received {
  enum class Kind { message, would_block, closed, broken };  // broken: too long, too many descriptors, errno
  Kind kind = Kind::broken;
  std::size_t size = 0;
  std::array<Fd, wire_fds_max> fds;
  std::size_t fds_count = 0;  // fewer than were sent when this process may open no more
  pid_t sender = 0;           // as our pid namespace sees it; only where SO_PASSCRED is set
};

// 0, or the errno. Interrupted sends are repeated.
int send_bytes(int socket, std::span<const std::byte> bytes, std::span<const int> fds);
Received receive_bytes(int socket, std::span<std::byte> buffer);

template <class Message>
int send_message(int socket, const Message& message, std::span<const int> fds = {}) {
  static_assert(std::is_trivially_copyable_v<Message>);
  return send_bytes(socket, std::as_bytes(std::span(&message, 1)), fds);
}

// A pair of connected sockets, close-on-exec. 0, or the errno.
int make_socket_pair(Fd& one, Fd& other);

}  // namespace code_exec::sandbox
