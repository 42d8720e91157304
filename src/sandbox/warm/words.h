// sandbox/warm/words.h - the names that the end of a run looks up, interned in the parent: to make and drop
// one in a run would change the interpreter's table of names, which is a copied page for each.
#pragma once

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
inline Word main{"__main__"}, builtins{"builtins"}, gc{"gc"}, signal{"signal"}, threading{"threading"};
// Of sys.
inline Word standard_input{"stdin"}, standard_output{"stdout"}, standard_error{"stderr"};
inline Word first_input{"__stdin__"}, first_output{"__stdout__"}, first_error{"__stderr__"};
inline Word path{"path"}, argv{"argv"}, prompt{"ps1"}, second_prompt{"ps2"}, last_type{"last_type"};
inline Word last_value{"last_value"}, last_traceback{"last_traceback"}, path_hooks{"path_hooks"};
inline Word path_importer_cache{"path_importer_cache"}, meta_path{"meta_path"}, modules{"modules"};
// Of the program's module.
inline Word file{"__file__"}, cached{"__cached__"};
// Of what came to builtins after the interpreter's start.
inline Word open{"open"}, exit{"exit"}, quit{"quit"}, copyright{"copyright"}, credits{"credits"};
inline Word license{"license"}, help{"help"}, last_printed{"_"};
// Methods and attributes.
inline Word flush{"flush"}, closed{"closed"}, shutdown{"_shutdown"};

inline bool intern_all() {
  bool all = true;
  for (Word* word : {&main,
                     &builtins,
                     &gc,
                     &signal,
                     &threading,
                     &standard_input,
                     &standard_output,
                     &standard_error,
                     &first_input,
                     &first_output,
                     &first_error,
                     &path,
                     &argv,
                     &prompt,
                     &second_prompt,
                     &last_type,
                     &last_value,
                     &last_traceback,
                     &path_hooks,
                     &path_importer_cache,
                     &meta_path,
                     &modules,
                     &file,
                     &cached,
                     &open,
                     &exit,
                     &quit,
                     &copyright,
                     &credits,
                     &license,
                     &help,
                     &last_printed,
                     &flush,
                     &closed,
                     &shutdown})
    all = word->intern() && all;
  return all;
}

}  // namespace words
}  // namespace code_exec::sandbox
