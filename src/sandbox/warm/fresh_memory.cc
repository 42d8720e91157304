#include "sandbox/warm/fresh_memory.h"

#include <malloc.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sandbox/warm/python_api.h"

namespace code_exec::sandbox {
namespace {

// Objects/obmalloc.c, 3.11: small blocks come in pools, each of blocks of one size after its header.
constexpr std::uintptr_t pool_bytes = 16 * 1024;
constexpr std::size_t pool_header_bytes = 48;
constexpr std::size_t small_block_bytes_max = 512;
constexpr std::size_t alignment = 16;
constexpr int blocks_max = 8192;  // of a size, should pools not be as known

// Until a pool is begun, whose first blocks follow each other; they are given back, and the pool with them.
void use_up_pools_of(std::size_t block_bytes) {
  std::array<void*, 3> last{};
  for (int i = 0; i < blocks_max; ++i) {
    last = {last[1], last[2], PyObject_Malloc(block_bytes)};
    const auto first = reinterpret_cast<std::uintptr_t>(last[0]);
    if (!last[2]) return;
    if (first % pool_bytes != pool_header_bytes ||
        reinterpret_cast<std::uintptr_t>(last[1]) != first + block_bytes ||
        reinterpret_cast<std::uintptr_t>(last[2]) != first + 2 * block_bytes)
      continue;
    for (void* block : last) PyObject_Free(block);
    return;
  }
}

// libc's: until they come from the end of its heap.
void use_up_heap() {
  constexpr std::size_t largest = 64 * 1024;  // below what is mapped on its own (mallopt(3))
  constexpr std::size_t smallest = 24;
  const auto* const end = static_cast<char*>(sbrk(0)) - mallinfo2().keepcost;
  for (std::size_t bytes = largest; bytes >= smallest;) {
    void* block = std::malloc(bytes);
    if (block && block < end) continue;
    // Small ones would be kept for the next of their size, each on a page of its own.
    if (bytes > largest / 32) std::free(block);
    bytes -= bytes > 1024 ? bytes / 16 / alignment * alignment : alignment;
  }
}

}  // namespace

void use_up_free_blocks() {
  for (std::size_t bytes = alignment; bytes <= small_block_bytes_max; bytes += alignment)
    use_up_pools_of(bytes);
  use_up_heap();
}

}  // namespace code_exec::sandbox
