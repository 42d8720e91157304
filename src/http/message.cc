#include "http/message.h"

namespace code_exec::http {
namespace {

const std::string* find(const std::map<std::string, std::string>& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

}  // namespace

std::string_view to_string(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::del:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "OTHER";
}

const std::string* Request::header(const std::string& lower_case_name) const {
  return find(headers, lower_case_name);
}

const std::string* Request::query_value(const std::string& name) const {
  return find(query, name);
}

}  // namespace code_exec::http
