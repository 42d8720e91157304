// base/result.h - what can go wrong, as a value. A Result<T> is a T or an Error; it is shaped like
// std::expected, which C++20 does not have. Everything in base/ lives in the root namespace: it is the
// vocabulary of every other folder.
#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace code_exec {

// The causes that callers branch on. A backend translates its driver's codes in its own file and keeps the
// driver's text in Error::detail.
enum class Errc {
  malformed,    // not parseable at all
  invalid,      // parseable, but a value is not allowed; Error::field says which
  not_found,    // never existed, or expired
  conflict,     // the state of the thing does not allow it
  too_large,    // over a named bound
  full,         // a bound on waiting work is reached; try again later
  unavailable,  // something we depend on (disk, store, queue, sandbox) is not there now
  cancelled,    // stopped on request
  timeout,      // a deadline passed
  internal,     // our fault, or the kernel's
};

const char* to_string(Errc code);

struct Error {
  Errc code = Errc::internal;
  std::string detail;  // for a person; one sentence without a final full stop
  std::string field;   // for Errc::invalid and Errc::malformed: a JSON path such as "limits.cpuTimeMs"
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result() : Result(Error{}) {}  // an error; Asio makes one to pass beside an exception
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return !failed_; }
  const Error& error() const {
    assert(failed_);
    return error_;
  }

 private:
  Error error_;
  bool failed_ = false;
};

inline Result<void> ok() {
  return {};
}

// "open /x: No such file or directory": the call, its target and errno, as logs and details want it.
Error system_error(Errc code, std::string_view call, std::string_view target, int error_number);

}  // namespace code_exec
