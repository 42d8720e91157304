// Whatever is sent, and with however many descriptors: what is received keeps its bounds, and every
// descriptor that is not handed on is closed.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "sandbox/wire.h"

namespace {

using namespace code_exec;
using namespace code_exec::sandbox;

void expect(bool held) {
  if (!held) std::abort();
}

constexpr std::size_t kernel_fds_max = 253;  // SCM_MAX_FD

// As a peer would that keeps to no bound of ours.
bool send_any(int socket, std::span<const std::uint8_t> bytes, std::size_t fds) {
  const std::vector<int> numbers(fds, socket);
  iovec part{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kernel_fds_max)> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (fds > 0) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(sizeof(int) * fds);
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * fds);
    std::memcpy(CMSG_DATA(rights), numbers.data(), sizeof(int) * fds);
  }
  return sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

int first_free() {
  const Fd next(dup(STDERR_FILENO));
  return next.get();
}

}  // namespace

// The first three bytes: how many descriptors, how much room the receiver has, whether it asks who sends.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::size_t fds = std::min<std::size_t>(data[0], kernel_fds_max);
  const std::size_t room = data[1];
  const bool names_sender = data[2] % 2 == 1;
  const std::span<const std::uint8_t> bytes(data + 3, size - 3);

  Fd ours, theirs;
  expect(make_socket_pair(ours, theirs) == 0);
  const int on = 1;
  if (names_sender) expect(setsockopt(ours.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
  const int free_before = first_free();
  if (!send_any(theirs.get(), bytes, fds)) return 0;
  {
    std::vector<std::byte> buffer(room);
    const Received received = receive_bytes(ours.get(), buffer);
    expect(received.fds_count <= wire_fds_max);
    if (fds > wire_fds_max || bytes.size() > room) {
      expect(received.kind == Received::Kind::broken);
    } else {
      expect(received.kind == (bytes.empty() ? Received::Kind::closed : Received::Kind::message));
      expect(received.size == bytes.size() && received.fds_count == fds);
      expect(bytes.empty() || std::memcmp(buffer.data(), bytes.data(), bytes.size()) == 0);
      expect(received.sender == (names_sender ? getpid() : 0));
    }
  }
  expect(first_free() == free_before);
  return 0;
}
