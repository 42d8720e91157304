#include "access/key_ring.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>

#include "base/log.h"

namespace code_exec::access {

std::size_t KeyRing::Place::operator()(const Digest& digest) const {
  std::size_t place;
  std::memcpy(&place, digest.data(), sizeof place);
  return place;
}

bool KeyRing::Same::operator()(const Digest& a, const Digest& b) const {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

KeyRing::KeyRing(Clock& clock, std::vector<Key> given, std::optional<KeyFile> file)
    : clock_(clock), given_(std::move(given)), file_(std::move(file)), required_(!given_.empty()) {
  for (const Key& key : given_) keys_.insert_or_assign(key.digest, key);
}

Result<void> KeyRing::load() {
  looked_ = clock_.now();
  if (!file_) return ok();
  auto found = read();
  if (!found && found.error().code == Errc::not_found) return ok();
  return found;
}

void KeyRing::refresh() {
  if (!file_) return;
  const TimePoint now = clock_.now();
  // A clock that was set back must not keep us from looking.
  if (now >= looked_ && now - looked_ < look_interval) return;
  looked_ = now;
  const auto stamp = file_->stamp();
  if (stamp && stamp_ == *stamp) return;
  if (!stamp && stamp.error().code == Errc::not_found && !required_) return;
  const auto found = stamp ? read() : Result<void>(stamp.error());
  if (found) {
    failure_.clear();
    return;
  }
  // There shall be keys, even where there were none yet.
  required_ = true;
  if (std::exchange(failure_, found.error().detail) != failure_)
    log::error("keys not read, those known before stay detail={}", log::quoted(failure_));
}

Result<void> KeyRing::read() {
  auto contents = file_->read();
  if (!contents) return contents.error();
  stamp_ = contents->stamp;
  required_ = true;
  take(contents->keys);
  return ok();
}

void KeyRing::take(const std::vector<Key>& from_file) {
  keys_.clear();
  for (const Key& key : from_file) keys_.insert_or_assign(key.digest, key);
  // Last: what the operator says at the start of a service holds there.
  for (const Key& key : given_) keys_.insert_or_assign(key.digest, key);
  const auto admins =
      std::count_if(keys_.begin(), keys_.end(), [](const auto& each) { return each.second.admin; });
  log::info("keys loaded keys={} admin={}", keys_.size(), admins);
}

const Key* KeyRing::find(std::string_view key) const {
  const auto found = keys_.find(digest_of(key));
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace code_exec::access
