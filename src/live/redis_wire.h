// live/redis_wire.h - the entries of the streams in redis_live.h: field "m" and then one field for each part.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/number.h"
#include "job/job_id.h"
#include "redis/connection.h"

namespace code_exec::live {

inline constexpr std::size_t requests_kept_max = 2000;  // in the stream to the workers
inline constexpr std::size_t parts_kept_max = 512;      // of at most part_bytes_max, in that to a service
inline constexpr std::size_t part_bytes_max = 32 << 10;
inline constexpr std::chrono::seconds watch_again{20};
inline constexpr std::chrono::seconds watch_ttl{60};
inline constexpr std::size_t watch_jobs_max = 100;  // in one entry

inline std::string requests_key(const std::string& prefix) {
  return prefix + ":code-exec-live";
}
inline std::string service_key(const std::string& prefix, const std::string& service) {
  return requests_key(prefix) + ":" + service;
}

using Parts = std::vector<std::string>;  // the word, then what belongs to it

inline redis::Command add_entry(const std::string& key, std::size_t kept_max, const Parts& parts) {
  redis::Command command{"XADD", key, "MAXLEN", "~", std::to_string(kept_max), "*"};
  for (const std::string& part : parts) {
    command.push_back("m");
    command.push_back(part);
  }
  return command;
}

// Empty where it is no entry of ours.
inline Parts parts_of(const redis::Reply& fields) {
  Parts parts;
  for (std::size_t i = 1; i < fields.items.size(); i += 2) parts.push_back(fields.items[i].text);
  return parts;
}

}  // namespace code_exec::live
