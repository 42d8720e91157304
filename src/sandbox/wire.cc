#include "sandbox/wire.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace code_exec::sandbox {
namespace {

// Room for one more descriptor than we take, beside credentials: so that too many are seen to be too many.
constexpr std::size_t control_size = CMSG_SPACE(sizeof(int) * (wire_fds_max + 1)) + CMSG_SPACE(sizeof(ucred));

}  // namespace

int send_bytes(int socket, std::span<const std::byte> bytes, std::span<const int> fds) {
  if (fds.size() > wire_fds_max) return EINVAL;
  iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::array<char, control_size> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!fds.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(rights), fds.data(), fds.size_bytes());
  }
  while (true) {
    if (sendmsg(socket, &header, MSG_NOSIGNAL) >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

Received receive_bytes(int socket, std::span<std::byte> buffer) {
  Received received;
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, control_size> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  ssize_t size = 0;
  do {
    size = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) {
    received.kind = errno == EAGAIN ? Received::Kind::would_block : Received::Kind::broken;
    return received;
  }
  bool too_many = false;
  for (cmsghdr* part_header = CMSG_FIRSTHDR(&header); part_header;
       part_header = CMSG_NXTHDR(&header, part_header)) {
    if (part_header->cmsg_level != SOL_SOCKET) continue;
    if (part_header->cmsg_type == SCM_RIGHTS) {
      const std::size_t count = (part_header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < count; ++i) {
        int number = -1;
        std::memcpy(&number, CMSG_DATA(part_header) + i * sizeof(int), sizeof(int));
        Fd fd(number);
        if (received.fds_count == wire_fds_max) {
          too_many = true;
        } else {
          received.fds[received.fds_count++] = std::move(fd);
        }
      }
    } else if (part_header->cmsg_type == SCM_CREDENTIALS) {
      ucred credentials{};
      std::memcpy(&credentials, CMSG_DATA(part_header), sizeof(credentials));
      received.sender = credentials.pid;
    }
  }
  received.size = static_cast<std::size_t>(size);
  // MSG_CTRUNC alone: the kernel could not give us all descriptors (EMFILE). That is ours to cope with.
  if (too_many || (header.msg_flags & MSG_TRUNC)) {
    received.kind = Received::Kind::broken;
  } else {
    received.kind = size == 0 ? Received::Kind::closed : Received::Kind::message;
  }
  return received;
}

int make_socket_pair(Fd& one, Fd& other) {
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) return errno;
  one.reset(pair[0]);
  other.reset(pair[1]);
  return 0;
}

}  // namespace code_exec::sandbox
