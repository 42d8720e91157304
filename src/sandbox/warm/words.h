// sandbox/warm/words.h - the names that the end of a run looks up, interned in the parent: to make and drop
// one in a run would change the interpreter's table of names, which is a copied page for each.
#pragma once

#include <initializer_list>

#include "sandbox/warm/python_api.h"

namespace code_exec::sandbox {

class Word {
 public:
  explicit constexpr Word(const char* text) : text_(text) {}
  // Kept for ever. False: no memory.
  bool intern() { return (object_ = PyUnicode_InternFromString(text_)); }
  PyObject* get() const { return object_; }

 private:
  const char* text_;
  PyObject* object_ = nullptr;
};

namespace words {

// Modules.
inline Word main{"__main__"}, gc{"gc"}, threading{"threading"}, warnings{"warnings"}, c_warnings{"_warnings"};
// Of sys.
inline Word modules{"modules"}, path{"path"}, meta_path{"meta_path"}, path_hooks{"path_hooks"};
inline Word path_importer_cache{"path_importer_cache"};
inline Word standard_input{"stdin"}, standard_output{"stdout"}, standard_error{"stderr"};
inline Word first_output{"__stdout__"}, first_error{"__stderr__"};
// Of the program's module, and of packages.
inline Word file{"__file__"}, cached{"__cached__"}, package_path{"__path__"};
// Of importlib.
inline Word find_and_load{"_find_and_load"};
// Of typing.
inline Word typing{"typing"}, cleanups{"_cleanups"};
// Methods, attributes, values.
inline Word flush{"flush"}, closed{"closed"}, shutdown{"_shutdown"}, filters{"filters"}, ignore{"ignore"};

inline bool intern_all() {
  bool all = true;
  for (Word* word : {&main,           &gc,
                     &threading,      &warnings,
                     &c_warnings,     &modules,
                     &path,           &meta_path,
                     &path_hooks,     &path_importer_cache,
                     &standard_input, &standard_output,
                     &standard_error, &first_output,
                     &first_error,    &file,
                     &cached,         &package_path,
                     &find_and_load,  &typing,
                     &cleanups,       &flush,
                     &closed,         &shutdown,
                     &filters,        &ignore})
    all = word->intern() && all;
  return all;
}

}  // namespace words

// Of the module sys; nullptr: it has no such name.
inline PyObject* of_system(const Word& name) {
  static PyObject* const names =
      PyModule_GetDict(PyDict_GetItemString(PyImport_GetModuleDict(), "sys"));  // never another in a process
  return PyDict_GetItem(names, name.get());
}
}  // namespace code_exec::sandbox
