#include "access/key_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <limits>
#include <set>

#include "base/files.h"
#include "base/text.h"

namespace code_exec::access {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::size_t file_bytes_max = 4 << 20;
constexpr std::uint64_t keys_max = 10'000;

std::optional<Digest> parse_digest(std::string_view text) {
  Digest digest;
  if (text.size() != digest.size() * 2) return std::nullopt;
  const auto value = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = value(text[2 * i]);
    const int low = value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return digest;
}

std::string_view digest_bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// The members of one key; the first error stays.
class KeyReader {
 public:
  KeyReader(const json::value& value, std::string path)
      : members_(value.if_object()), path_(std::move(path)) {
    if (!members_) fail({}, "must be an object");
  }

  Result<Key> read() {
    Key key;
    key.name = text("name");
    if (!is_key_name(key.name)) fail("name", "must be 1 to 64 letters, digits, '.', '_', '@' or '-'");
    key.id = text("id");
    if (!is_key_name(key.id)) fail("id", "must be 1 to 64 letters, digits, '.', '_', '@' or '-'");
    const auto digest = parse_digest(text("sha256"));
    if (!digest) fail("sha256", "must be 64 lower-case hexadecimal digits");
    if (digest) key.digest = *digest;
    const json::value* admin = find("admin");
    if (!admin || !admin->is_bool()) fail("admin", "must be true or false");
    key.admin = admin && admin->is_bool() && admin->get_bool();
    key.created = text("created");
    key.rate = number("rate");
    key.burst = number("burst");
    if (const auto count = number("concurrency")) {
      if (std::floor(*count) != *count || *count > std::numeric_limits<std::uint32_t>::max())
        fail("concurrency", "must be a whole number");
      else
        key.concurrency = static_cast<std::uint32_t>(*count);
    }
    if (!error_ && found_ != members_->size()) fail({}, "has a member that is not known");
    if (error_) return *error_;
    return key;
  }

 private:
  const json::value* find(std::string_view name) {
    const json::value* value = members_ ? members_->if_contains({name.data(), name.size()}) : nullptr;
    if (value) ++found_;
    return value;
  }

  std::string text(std::string_view name) {
    const json::value* value = find(name);
    if (value && value->is_string()) return std::string(value->get_string());
    fail(name, "must be a string");
    return {};
  }

  std::optional<double> number(std::string_view name) {
    const json::value* value = find(name);
    if (!value) return std::nullopt;
    json::error_code error;
    const double number = value->to_number<double>(error);
    if (!error && number >= 0 && std::isfinite(number)) return number;
    fail(name, "must be a number from 0");
    return std::nullopt;
  }

  void fail(std::string_view name, std::string detail) {
    const std::string field = name.empty() ? path_ : path_ + "." + std::string(name);
    if (!error_) error_ = Error{Errc::malformed, std::move(detail), field};
  }

  const json::object* members_;
  std::string path_;
  std::size_t found_ = 0;
  std::optional<Error> error_;
};

Result<std::string> read_all(int fd, const std::string& path) {
  std::string text;
  char chunk[64 << 10];
  for (;;) {
    const ssize_t count = ::read(fd, chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error(Errc::unavailable, "read", path, errno);
    if (count == 0) return text;
    text.append(chunk, static_cast<std::size_t>(count));
    if (text.size() > file_bytes_max)
      return Error{Errc::too_large, path + " is too large for a file of keys", {}};
  }
}

KeyFile::Stamp stamp_of(const struct stat& status) {
  return {status.st_dev, status.st_ino, status.st_size, status.st_mtim, status.st_ctim};
}

Error file_error(std::string_view call, const std::string& path) {
  return system_error(errno == ENOENT ? Errc::not_found : Errc::unavailable, call, path, errno);
}

}  // namespace

Result<std::vector<Key>> parse_keys(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error);
  if (error) return Error{Errc::malformed, "is not JSON: " + error.message(), "keys"};
  const json::object* root = value.if_object();
  const json::value* list = root && root->size() == 1 ? root->if_contains("keys") : nullptr;
  if (!list || !list->is_array())
    return Error{Errc::malformed, "must be the only member, and an array", "keys"};
  if (list->get_array().size() > keys_max)
    return Error{Errc::too_large, "must not be more than " + std::to_string(keys_max), "keys"};

  std::vector<Key> keys;
  std::set<std::string_view> seen;  // names, ids and hashes never look alike
  for (const json::value& each : list->get_array()) {
    const std::string path = "keys[" + std::to_string(keys.size()) + "]";
    auto key = KeyReader(each, path).read();
    if (!key) return key.error();
    keys.push_back(*std::move(key));
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool fresh = seen.insert(keys[i].name).second && seen.insert(keys[i].id).second &&
                       seen.insert(digest_bytes(keys[i].digest)).second;
    if (!fresh)
      return Error{Errc::invalid, "has the name, the id or the hash of another key",
                   "keys[" + std::to_string(i) + "]"};
  }
  return keys;
}

std::string format_keys(const std::vector<Key>& keys) {
  std::string text = "{\"keys\": [";
  for (const Key& key : keys) {
    json::object each{{"name", key.name},
                      {"id", key.id},
                      {"sha256", hex(digest_bytes(key.digest))},
                      {"admin", key.admin},
                      {"created", key.created}};
    if (key.rate) each["rate"] = *key.rate;
    if (key.burst) each["burst"] = *key.burst;
    if (key.concurrency) each["concurrency"] = *key.concurrency;
    text += (&key == keys.data() ? "\n  " : ",\n  ") + json::serialize(each);
  }
  return text + "\n]}\n";
}

bool KeyFile::Stamp::operator==(const Stamp& other) const {
  const auto same = [](const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
  };
  return device == other.device && inode == other.inode && size == other.size &&
         same(modified, other.modified) && same(changed, other.changed);
}

Result<KeyFile> KeyFile::open(const fs::path& path) {
  KeyFile file;
  file.path_ = path.string();
  file.name_ = path.filename().string();
  if (file.name_.empty()) return Error{Errc::unavailable, file.path_ + " is not the name of a file", {}};
  const std::string directory = path.has_parent_path() ? path.parent_path().string() : ".";
  file.directory_.reset(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.directory_) return system_error(Errc::unavailable, "open", directory, errno);
  return file;
}

Result<KeyFile::Stamp> KeyFile::stamp() const {
  struct stat status {};
  if (fstatat(directory_.get(), name_.c_str(), &status, 0) != 0) return file_error("stat", path_);
  return stamp_of(status);
}

Result<KeyFile::Contents> KeyFile::read() const {
  // Not blocking: a FIFO by that name must not stop the service.
  Fd file(openat(directory_.get(), name_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0) return file_error("open", path_);
  if (!S_ISREG(status.st_mode)) return Error{Errc::unavailable, path_ + " is not a file", {}};
  auto text = read_all(file.get(), path_);
  if (!text) return text.error();
  auto keys = parse_keys(*text);
  if (!keys)
    return Error{keys.error().code, path_ + ": " + keys.error().field + " " + keys.error().detail, {}};
  return Contents{stamp_of(status), *std::move(keys)};
}

Result<void> KeyFile::change(const std::function<Result<void>(std::vector<Key>&)>& edit) const {
  // The directory's lock, for the file's own would go with the file that is replaced. Not the descriptor that
  // is held anyway: a lock belongs to the open file.
  Fd lock(openat(directory_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  while (!lock || flock(lock.get(), LOCK_EX) != 0) {
    if (!lock || errno != EINTR)
      return system_error(Errc::unavailable, "lock the directory of", path_, errno);
  }
  auto contents = read();
  if (!contents && contents.error().code != Errc::not_found) return contents.error();
  std::vector<Key> keys = contents ? std::move(contents->keys) : std::vector<Key>();
  if (auto edited = edit(keys); !edited) return edited;
  if (keys.size() > keys_max) return Error{Errc::too_large, path_ + " has as many keys as it may", {}};
  return replace(keys);
}

Result<void> KeyFile::replace(const std::vector<Key>& keys) const {
  struct stat owner {};
  const bool exists = fstatat(directory_.get(), name_.c_str(), &owner, AT_SYMLINK_NOFOLLOW) == 0;
  // Who plants a link in a directory of the service's must not have root write elsewhere.
  if (exists && !S_ISREG(owner.st_mode))
    return Error{Errc::unavailable, path_ + " is not a file of its own: name the file itself", {}};
  if (!exists && fstat(directory_.get(), &owner) != 0) return file_error("stat the directory of", path_);

  // Under the lock, so what has this name was left by a writer that died.
  const std::string temporary = "." + name_ + ".new";
  unlinkat(directory_.get(), temporary.c_str(), 0);
  Fd file(openat(directory_.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                 0600));
  if (!file) return system_error(Errc::unavailable, "create a file beside", path_, errno);
  if (geteuid() == 0 && fchown(file.get(), owner.st_uid, owner.st_gid) != 0)
    return system_error(Errc::unavailable, "chown", path_, errno);
  if (auto written = write_all(file.get(), format_keys(keys), path_); !written) return written;
  if (fsync(file.get()) != 0 ||
      renameat(directory_.get(), temporary.c_str(), directory_.get(), name_.c_str()) != 0 ||
      fsync(directory_.get()) != 0)
    return system_error(Errc::unavailable, "replace", path_, errno);
  return ok();
}

}  // namespace code_exec::access
