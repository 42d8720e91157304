#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {

int take_streams(const RunContext& context) {
  // First out of the way of the numbers they are to get, then into place.
  constexpr int above = 16;
  std::array<int, 5> sources{context.stdin_fd, context.stdout_fd, context.stderr_fd, context.description,
                             context.report};
  for (int& source : sources) {
    source = fcntl(source, F_DUPFD_CLOEXEC, above);
    if (source < 0) return errno;
  }
  for (int target = 0; target < static_cast<int>(sources.size()); ++target) {
    const int flags = target <= 2 ? 0 : O_CLOEXEC;
    if (dup3(sources[static_cast<std::size_t>(target)], target, flags) < 0) return errno;
  }
  if (syscall(SYS_close_range, report_fd + 1, ~0U, 0) != 0) return errno;
  return 0;
}

}  // namespace code_exec::sandbox
