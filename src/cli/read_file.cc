#include "cli/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/fd.h"

namespace code_exec::cli {
namespace {

Error file_error(const std::string& name, int error_number) {
  const Errc code = error_number == ENOENT ? Errc::not_found : Errc::unavailable;
  return Error{code, std::strerror(error_number), name};
}

}  // namespace

Result<std::string> read_file(const std::string& name, std::size_t bytes_max) {
  Fd file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return file_error(name, errno);
  return read_all(file.get(), name, bytes_max);
}

Result<std::string> read_all(int fd, const std::string& name, std::size_t bytes_max) {
  std::string bytes;
  char chunk[64 << 10];
  for (;;) {
    const ssize_t count = ::read(fd, chunk, sizeof(chunk));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error(name, errno);
    if (count == 0) return bytes;
    bytes.append(chunk, static_cast<std::size_t>(count));
    if (bytes.size() > bytes_max)
      return Error{Errc::too_large, "must not be longer than " + std::to_string(bytes_max) + " bytes", name};
  }
}

}  // namespace code_exec::cli
