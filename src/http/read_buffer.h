// http/read_buffer.h - bytes read and not yet parsed. A read may be under way into the space behind them
// while they are consumed: memory moves only in prepare(), which is not called while one is.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>

namespace code_exec::http {

class ReadBuffer {
 public:
  std::string_view bytes() const { return {memory_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

  // Room for `count` bytes at the returned address.
  char* prepare(std::size_t count) {
    if (capacity_ - end_ < count) make_room(count);
    return memory_.get() + end_;
  }
  void commit(std::size_t count) { end_ += count; }
  void consume(std::size_t count) { begin_ += count; }

  // Gives back memory beyond `capacity_max`, when there is nothing in it. Not while a read is under way.
  void shrink(std::size_t capacity_max) {
    if (!empty() || capacity_ <= capacity_max) return;
    memory_.reset();
    begin_ = end_ = capacity_ = 0;
  }

 private:
  void make_room(std::size_t count) {
    const std::size_t kept = size();
    if (capacity_ < kept + count) {
      auto larger = std::make_unique_for_overwrite<char[]>(kept + count);
      if (kept > 0) std::memcpy(larger.get(), memory_.get() + begin_, kept);
      memory_ = std::move(larger);
      capacity_ = kept + count;
    } else if (kept > 0) {
      std::memmove(memory_.get(), memory_.get() + begin_, kept);
    }
    begin_ = 0;
    end_ = kept;
  }

  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace code_exec::http
