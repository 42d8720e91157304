// sandbox/warm/remains.h - what a program leaves behind when it has ended, and whether anybody could see it
// being destroyed: a __del__, a callback of a weak reference, a generator that has not ended, a stream that
// still has something to write. Of most programs nobody can, and then it is left to go with the process.
#pragma once

#include <vector>

#include "sandbox/warm/python_api.h"

namespace code_exec::sandbox {

class Remains {
 public:
  // Where one is in memory.
  struct Library {
    const char* begin = nullptr;
    const char* end = nullptr;
  };

  // In the parent. `get_objects` is gc's. False: this interpreter's collector is not as we know it.
  bool learn(PyObject* get_objects);

  // Looks, and only looks, at what the collector has not been told to leave alone.
  bool can_be_seen() const;

 private:
  bool has_silent_end(PyObject* type) const;
  bool calls_back(PyObject* reference) const;
  bool is_known_code(const void* address) const;

  struct Generation* generations_ = nullptr;
  void* python_class_dealloc_ = nullptr;
  std::vector<Library> libraries_;
};

}  // namespace code_exec::sandbox
