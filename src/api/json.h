// api/json.h - reading JSON from clients, strictly: nothing unknown, nothing twice, nothing mistyped, and
// every error names the field by its path ("files[2].name"). Free of coroutines, so that decoders can be
// fuzzed.
//
// Errc::malformed: not JSON, a wrong type, a member missing or unknown. Errc::invalid: the right type with a
// value that is not allowed.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace code_exec::api {

inline constexpr std::size_t json_depth_max = 32;
// Beyond this a double is no longer every whole number, so clients and we could disagree.
inline constexpr std::uint64_t json_integer_max = 1ULL << 53;

// UTF-8, no comments, no member name twice in one object.
Result<boost::json::value> parse_json(std::string_view text, boost::json::storage_ptr storage = {});

// Reads the members of one object. The first error stays and what is read after it is left alone, so a
// decoder is a list of members with one check at its end. `value` must outlive the reader.
class ObjectReader {
 public:
  ObjectReader(const boost::json::value& value, std::string path);

  void required(std::string_view name, std::string& out);
  void optional(std::string_view name, std::string& out);
  void optional(std::string_view name, std::optional<std::string>& out);
  void optional(std::string_view name, std::vector<std::string>& out);
  void optional(std::string_view name, bool& out);
  // A whole number from 0 to `max`; 1e3 is one.
  std::optional<std::uint64_t> integer(std::string_view name, std::uint64_t max = json_integer_max);
  // Any finite number.
  std::optional<double> number(std::string_view name);
  // The elements of an array, or nullptr where it is absent.
  const boost::json::array* array(std::string_view name);
  const boost::json::value* object(std::string_view name);
  std::string path_of(std::string_view name) const;
  void fail(Error error);

  // Call last: a member that was not asked for is an error.
  Result<void> finish();

 private:
  const boost::json::value* find(std::string_view name);
  bool read_string(std::string_view name, std::string& out);

  const boost::json::object* members_ = nullptr;
  std::string path_;
  std::vector<std::string_view> asked_;
  std::size_t found_ = 0;
  std::optional<Error> error_;
};

}  // namespace code_exec::api
