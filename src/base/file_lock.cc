#include "base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace code_exec {

Result<Fd> lock_file(const char* name) {
  Fd file(open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return system_error(Errc::unavailable, "open", name, errno);
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_error(Errc::unavailable, "lock", name, errno);
    std::array<char, 16> holder{};
    const ssize_t size = pread(file.get(), holder.data(), holder.size(), 0);
    return Error{
        Errc::conflict, "process " + std::string(holder.data(), size > 0 ? std::size_t(size) : 0), {}};
  }
  const std::string self = std::to_string(getpid());
  if (ftruncate(file.get(), 0) != 0 ||
      pwrite(file.get(), self.data(), self.size(), 0) != static_cast<ssize_t>(self.size()))
    return system_error(Errc::unavailable, "write", name, errno);
  return file;
}

}  // namespace code_exec
