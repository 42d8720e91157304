#include "callback/signature.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/fd.h"
#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"

namespace code_exec::callback {
namespace {

constexpr std::size_t secret_random_bytes = 32;
constexpr std::size_t file_bytes_max = 4096;

Error failed(const char* call, const std::filesystem::path& file) {
  return system_error(Errc::unavailable, call, file.string(), errno);
}

// Under another name first: whoever reads `file` finds all of it or none.
Result<std::string> make_secret(const std::filesystem::path& file) {
  const std::string secret = hex(random_bytes(secret_random_bytes));
  const std::filesystem::path fresh = file.string() + ".new";
  unlink(fresh.c_str());  // of one that died, perhaps with a mode of its own
  const Fd written(open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!written) return failed("open", fresh);
  if (auto put = write_all(written.get(), secret + "\n", fresh.string()); !put) return put.error();
  if (fsync(written.get()) != 0) return failed("write", fresh);
  if (rename(fresh.c_str(), file.c_str()) != 0) return failed("rename", fresh);
  log::info("callback secret made file={}", log::quoted(file.string()));
  return secret;
}

}  // namespace

std::string signature(std::string_view secret, std::string_view timestamp, std::string_view body) {
  std::string text(timestamp);
  text.append(".").append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return "sha256=" + hex({reinterpret_cast<const char*>(digest.data()), size});
}

Result<std::string> load_or_make_secret(const std::filesystem::path& file) {
  // Not blocking: a FIFO by that name must not stop the service.
  const Fd found(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!found && errno == ENOENT) return make_secret(file);
  struct stat status {};
  if (!found || fstat(found.get(), &status) != 0) return failed("open", file);
  if (!S_ISREG(status.st_mode) || status.st_size > static_cast<off_t>(file_bytes_max))
    return Error{Errc::invalid,
                 file.string() + " is no file of " + std::to_string(file_bytes_max) + " bytes or less",
                 {}};
  if ((status.st_mode & S_IRWXO) != 0)
    log::warn("callback secret is everybody's to read file={}", log::quoted(file.string()));
  std::string secret(file_bytes_max, '\0');
  const ssize_t size = read(found.get(), secret.data(), secret.size());
  if (size < 0) return failed("read", file);
  secret.resize(static_cast<std::size_t>(size));
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.size() < secret_bytes_min)
    return Error{Errc::invalid,
                 file.string() + " holds no secret of " + std::to_string(secret_bytes_min) + " bytes or more",
                 {}};
  return secret;
}

}  // namespace code_exec::callback
