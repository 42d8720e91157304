#include "sandbox/wire.h"

#include <dirent.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstring>
#include <filesystem>
#include <vector>

namespace code_exec::sandbox {
namespace {

std::size_t open_files() {
  const auto entries = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

// As a peer would that does not keep to our own bound.
void send_many(int socket, std::size_t count) {
  std::vector<int> numbers(count, socket);
  char byte = 0;
  iovec part{&byte, 1};
  std::vector<char> control(CMSG_SPACE(sizeof(int) * count));
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  cmsghdr* rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
  std::memcpy(CMSG_DATA(rights), numbers.data(), sizeof(int) * count);
  ASSERT_EQ(sendmsg(socket, &header, 0), 1);
}

class Wire : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(make_socket_pair(ours, theirs), 0); }

  Received receive() {
    std::byte byte{};
    return receive_bytes(ours.get(), std::span(&byte, 1));
  }

  Fd ours;
  Fd theirs;
};

TEST_F(Wire, TakesAsManyDescriptorsAsItSaysAndNoMore) {
  for (std::size_t count = 1; count <= 40; ++count) {
    const std::size_t before = open_files();
    send_many(theirs.get(), count);
    {
      const Received received = receive();
      EXPECT_EQ(received.kind, count <= wire_fds_max ? Received::Kind::message : Received::Kind::broken)
          << count;
      EXPECT_LE(received.fds_count, wire_fds_max);
    }
    EXPECT_EQ(open_files(), before) << count;
  }
}

TEST_F(Wire, TellsTooManyDescriptorsBesideTheNameOfTheSender) {
  const int on = 1;
  ASSERT_EQ(setsockopt(ours.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)), 0);
  for (std::size_t count : {wire_fds_max, wire_fds_max + 1, std::size_t{253}}) {
    const std::size_t before = open_files();
    send_many(theirs.get(), count);
    const auto expected = count <= wire_fds_max ? Received::Kind::message : Received::Kind::broken;
    EXPECT_EQ(receive().kind, expected) << count;
    EXPECT_EQ(open_files(), before) << count;
  }
}

TEST_F(Wire, TellsAMessageThatIsTooLong) {
  ASSERT_EQ(send(theirs.get(), "two", 2, 0), 2);
  EXPECT_EQ(receive().kind, Received::Kind::broken);
}

TEST_F(Wire, TellsAPeerThatIsGone) {
  theirs.reset();
  EXPECT_EQ(receive().kind, Received::Kind::closed);
}

}  // namespace
}  // namespace code_exec::sandbox
