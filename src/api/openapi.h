// api/openapi.h - the description of this API for programs: src/api/openapi.json, carried by the binary.
#pragma once

#include <string>

#include "job/limits.h"

namespace code_exec::api {

// As JSON, with this program's version and the operator's limits filled in.
std::string openapi_document(const job::LimitRules& limits);

}  // namespace code_exec::api
