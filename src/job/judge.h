// job/judge.h - whether a program printed what a test expected.
#pragma once

#include <string_view>

#include "job/job.h"

namespace code_exec::job {

// Takes time in proportion to both texts, and seldom memory.
bool matches(const Tests& rules, std::string_view expected, std::string_view printed);

}  // namespace code_exec::job
