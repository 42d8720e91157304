// sandbox/warm/fresh_memory.h - where the runs of a warm parent find free memory.
#pragma once

namespace code_exec::sandbox {

// Takes, for ever, what is free between the things that the parent holds, so that its runs begin on memory
// that nobody has touched: what they need first lies together then, and not one block on each of many pages,
// which would all be copied.
void use_up_free_blocks();

}  // namespace code_exec::sandbox
