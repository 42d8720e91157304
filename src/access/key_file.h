// access/key_file.h - the file of keys: JSON, one key a line, so that a person can read it.
//
//   {"keys": [
//     {"name":"ci","id":"k-5f0c33a1","sha256":"9f86d0...","admin":false,"created":"2025-01-31T12:00:00Z",
//      "rate":5,"burst":20,"concurrency":4}
//   ]}
//
// rate, burst and concurrency may be left out. A member that is not known is an error: it may be a
// restriction that a later version knows.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/key.h"
#include "base/fd.h"
#include "base/result.h"

namespace code_exec::access {

// Errc::malformed and Errc::invalid; Error::field is as in "keys[2].sha256".
Result<std::vector<Key>> parse_keys(std::string_view text);
std::string format_keys(const std::vector<Key>& keys);

class KeyFile {
 public:
  // Tells one content of the file from the next without reading it.
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    timespec modified{};
    timespec changed{};
    bool operator==(const Stamp& other) const;
  };
  struct Contents {
    Stamp stamp;
    std::vector<Key> keys;
  };

  // Opens the directory alone, so that the file is found after a change of directory, and beneath directories
  // that only root may enter after root has been given up: then its own directory and it must be open to the
  // user that is left. Errc::unavailable.
  static Result<KeyFile> open(const std::filesystem::path& file);

  const std::string& path() const { return path_; }
  Result<Stamp> stamp() const;    // Errc::not_found
  Result<Contents> read() const;  // Errc::not_found; others with the path in Error::detail

  // Reads the keys, has `edit` change them and replaces the file: a reader sees all of the old or all of the
  // new, and after a crash one of them is there. Another writer waits. The file is its owner's alone (0600);
  // its owner stays, that of a new one is the directory's. What `edit` refuses leaves the file as it was.
  Result<void> change(const std::function<Result<void>(std::vector<Key>&)>& edit) const;

 private:
  Result<void> replace(const std::vector<Key>& keys) const;

  Fd directory_;
  std::string name_;
  std::string path_;
};

}  // namespace code_exec::access
