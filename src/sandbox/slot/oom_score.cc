#include "sandbox/slot/oom_score.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"

namespace code_exec::sandbox {

int be_first_for_out_of_memory() {
  const Fd file(open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (!file) return errno;
  return write(file.get(), "1000", 4) == 4 ? 0 : errno;
}

}  // namespace code_exec::sandbox
