// access/key_ring.h - the keys that a running service knows: those it was given when it started, and those of
// a file, which may change under it. Belongs to the event loop thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/key.h"
#include "access/key_file.h"
#include "base/clock.h"

namespace code_exec::access {

// How long a key may still be good after it was revoked.
inline constexpr std::chrono::milliseconds look_interval{500};

class KeyRing {
 public:
  explicit KeyRing(Clock& clock, std::vector<Key> given = {}, std::optional<KeyFile> file = {});

  // Reads the file for the first time. A file that is not there holds no keys; one that cannot be read is an
  // error.
  Result<void> load();

  // Looks whether the file has changed, if it was not looked at just now. What is found damaged, or gone, is
  // logged and changes nothing: nobody gets in who did not before. Call it before each question; in place and
  // not on another thread, because the answer must not be older than the request: the file lies on a disk, a
  // look costs one stat(2).
  void refresh();

  // false: there are no keys, so nobody needs one. Once there was a file it stays true, also when the last
  // key in it has been revoked.
  bool required() const { return required_; }
  // nullptr: not one of ours. Valid until the next refresh().
  const Key* find(std::string_view key) const;

 private:
  // By the hash of the key, so the time that a look-up takes tells nothing of where a wrong key differs from
  // a right one.
  struct Place {
    std::size_t operator()(const Digest& digest) const;
  };
  struct Same {
    bool operator()(const Digest& a, const Digest& b) const;  // in constant time
  };

  Result<void> read();
  void take(const std::vector<Key>& from_file);

  Clock& clock_;
  std::vector<Key> given_;
  std::optional<KeyFile> file_;
  std::unordered_map<Digest, Key, Place, Same> keys_;
  bool required_;
  TimePoint looked_{};
  std::optional<KeyFile::Stamp> stamp_;  // of what was read
  std::string failure_;                  // the last that was logged
};

}  // namespace code_exec::access
