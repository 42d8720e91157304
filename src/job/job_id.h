// job/job_id.h - the name of a job: a UUID version 7 (RFC 9562), so ids sort by time of creation and, with
// 74 random bits, cannot be guessed.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace code_exec::job {

class JobId {
 public:
  // A new id. Two ids made by one process, in order, sort in that order.
  static JobId make(TimePoint now);
  // Accepts any UUID in its canonical form, either case. Errc::malformed otherwise.
  static Result<JobId> parse(std::string_view text);

  const std::string& text() const { return text_; }
  auto operator<=>(const JobId&) const = default;

 private:
  explicit JobId(std::string text) : text_(std::move(text)) {}
  std::string text_;  // 36 characters, lower case
};

}  // namespace code_exec::job

template <>
struct std::hash<code_exec::job::JobId> {
  std::size_t operator()(const code_exec::job::JobId& id) const noexcept {
    return std::hash<std::string>()(id.text());
  }
};
