#include "base/result.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace code_exec {
namespace {

TEST(SystemError, NamesTheCallItsTargetAndTheErrno) {
  const Error error = system_error(Errc::unavailable, "open", "/x", ENOENT);
  EXPECT_EQ(error.code, Errc::unavailable);
  EXPECT_EQ(error.detail, "open /x: No such file or directory");
  EXPECT_EQ(system_error(Errc::internal, "fork", "", EAGAIN).detail,
            "fork: Resource temporarily unavailable");
}

TEST(SystemError, HasATextForANumberThatIsNoErrno) {
  for (int number : {-1, 4000, 100'000})
    EXPECT_EQ(system_error(Errc::internal, "call", "", number).detail, "call: unknown error");
}

}  // namespace
}  // namespace code_exec
