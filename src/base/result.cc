#include "base/result.h"

#include <cstring>

namespace code_exec {

const char* to_string(Errc code) {
  switch (code) {
    case Errc::malformed:
      return "malformed";
    case Errc::invalid:
      return "invalid";
    case Errc::not_found:
      return "not_found";
    case Errc::conflict:
      return "conflict";
    case Errc::too_large:
      return "too_large";
    case Errc::full:
      return "full";
    case Errc::unavailable:
      return "unavailable";
    case Errc::cancelled:
      return "cancelled";
    case Errc::timeout:
      return "timeout";
    case Errc::internal:
      return "internal";
  }
  return "unknown";
}

Error system_error(Errc code, std::string_view call, std::string_view target, int error_number) {
  std::string detail(call);
  if (!target.empty()) detail.append(" ").append(target);
  const char* description = strerrordesc_np(error_number);  // none for a number that is no errno
  detail.append(": ").append(description ? description : "unknown error");
  return Error{code, std::move(detail), {}};
}

}  // namespace code_exec
