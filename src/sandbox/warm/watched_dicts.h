// sandbox/warm/watched_dicts.h - whether dicts have been changed, found out without a look at what they hold:
// to compare them would touch, and copy, a page for nearly every object in them.
#pragma once

#include <cstdint>
#include <vector>

#include "sandbox/warm/python_api.h"

namespace code_exec::sandbox {

class WatchedDicts {
 public:
  // From now on. What is watched must stay.
  void watch(PyObject* dict) { watched_.push_back({dict, version_of(dict)}); }
  // They are as they have to be now.
  void watch_from_now() {
    for (Watched& watched : watched_) watched.version = version_of(watched.dict);
  }
  bool any_changed() const {
    for (const Watched& watched : watched_)
      if (version_of(watched.dict) != watched.version) return true;
    return false;
  }

 private:
  // How a dict begins (Include/cpython/dictobject.h, 3.11). Every change gives it a version that no dict had
  // before (PEP 509).
  struct Dict {
    Py_ssize_t reference_count;
    void* type;
    Py_ssize_t used;
    std::uint64_t version;
  };
  static std::uint64_t version_of(PyObject* dict) { return reinterpret_cast<const Dict*>(dict)->version; }

  struct Watched {
    PyObject* dict;
    std::uint64_t version;
  };
  std::vector<Watched> watched_;
};

inline PyObject* type_of(PyObject* object) {
  return reinterpret_cast<PyObject**>(object)[1];
}

// The dict of a class or a module. Its owner has it; nullptr with an exception set: there is none.
PyObject* dict_of(PyObject* owner);

}  // namespace code_exec::sandbox
