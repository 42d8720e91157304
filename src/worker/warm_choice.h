// worker/warm_choice.h - which of a runtime's warm interpreters suits a program. The choice costs or saves
// time and changes nothing else, so a guess will do: lines that look like imports are counted, wherever they
// stand.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>

#include "job/job.h"
#include "runtime/runtime.h"

namespace code_exec::worker {

// The modules that Python source names in import statements, down to the first dot.
std::set<std::string_view> imports_of(std::string_view source);

// The set's number; 0 for none, where the runtime has none or the job asks for an interpreter of its own.
std::uint32_t choose_warm_set(const runtime::Runtime& runtime, const job::Submission& submission);

}  // namespace code_exec::worker
