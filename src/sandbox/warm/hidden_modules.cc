#include "sandbox/warm/hidden_modules.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "sandbox/warm/watched_dicts.h"
#include "sandbox/warm/words.h"

namespace code_exec::sandbox {
namespace {

// A list and what was in it.
struct KnownList {
  PyObject* list = nullptr;
  std::vector<PyObject*> items;
};

struct Machinery {
  WatchedDicts namespaces;
  PyObject* system_names = nullptr;
  PyObject* modules = nullptr;
  PyObject* plans = nullptr;
  PyObject* taken = nullptr;  // dict: name -> None
  KnownList path;             // without its first entry
  KnownList meta_path;
  KnownList path_hooks;
} machinery;

enum PlanItem { plan_module, plan_package, plan_attribute, plan_calls };

PyObject* none() {
  Py_IncRef(&_Py_NoneStruct);
  return &_Py_NoneStruct;
}

PyObject* of_system(const Word& name) {
  return PyDict_GetItem(machinery.system_names, name.get());
}

KnownList know(const Word& name, Py_ssize_t from) {
  KnownList known;
  known.list = of_system(name);
  for (Py_ssize_t i = from; known.list && i < PyList_Size(known.list); ++i) {
    known.items.push_back(PyList_GetItem(known.list, i));
    Py_IncRef(known.items.back());
  }
  return known;
}

// How many entries it has before those that it had; -1: the rest is not as it was.
Py_ssize_t entries_before(const KnownList& known, const Word& name) {
  PyObject* list = of_system(name);
  if (list != known.list) return -1;
  const auto known_size = static_cast<Py_ssize_t>(known.items.size());
  const Py_ssize_t before = PyList_Size(list) - known_size;
  for (Py_ssize_t i = 0; before >= 0 && i < known_size; ++i)
    if (PyList_GetItem(list, before + i) != known.items[static_cast<std::size_t>(i)]) return -1;
  return before;
}

std::string_view text_of(PyObject* text) {
  const char* bytes = PyUnicode_AsUTF8(text);
  if (!bytes) PyErr_Clear();
  return bytes ? bytes : "";
}

std::string_view before_point(std::string_view name) {
  return name.substr(0, name.find('.'));
}

bool is_stem_of_missing(std::string_view stem, PyObject* closure) {
  for (Py_ssize_t i = 0; i < PyTuple_Size(closure); ++i) {
    PyObject* name = PyTuple_GetItem(closure, i);
    if (before_point(text_of(name)) == stem && !PyDict_GetItem(machinery.modules, name)) return true;
  }
  return false;
}

// Whether the directory could have a module of the closure; so could what cannot be listed but may be more
// than a directory.
bool could_have(PyObject* entry, PyObject* closure) {
  if (PyObject_IsInstance(entry, &PyUnicode_Type) <= 0) return true;
  const std::string_view path = text_of(entry);
  const Fd directory(open(path.empty() ? "." : path.data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return path.empty() || path.ends_with(".zip") || path.ends_with(".egg");
  alignas(dirent64) std::array<char, 2048> entries;
  while (true) {
    const ssize_t size = getdents64(directory.get(), entries.data(), entries.size());
    if (size < 0) return true;
    if (size == 0) return false;
    for (ssize_t at = 0; at < size;) {
      const auto* found = reinterpret_cast<const dirent64*>(entries.data() + at);
      const std::string_view name = found->d_name;
      if (name != "." && name != ".." && is_stem_of_missing(before_point(name), closure)) return true;
      at += found->d_reclen;
    }
  }
}

bool is_as_known(PyObject* name) {
  if (PyObject* present = PyDict_GetItem(machinery.modules, name)) {
    PyObject* plan = PyDict_GetItem(machinery.plans, name);
    return plan && PyTuple_GetItem(plan, plan_module) == present;
  }
  return !PyDict_GetItem(machinery.taken, name);
}

bool all_may_be_taken(PyObject* closure) {
  if (machinery.namespaces.any_changed() || of_system(words::modules) != machinery.modules ||
      entries_before(machinery.meta_path, words::meta_path) != 0 ||
      entries_before(machinery.path_hooks, words::path_hooks) != 0)
    return false;
  const Py_ssize_t own = entries_before(machinery.path, words::path);
  if (own < 0) return false;
  for (Py_ssize_t i = 0; i < PyTuple_Size(closure); ++i)
    if (!is_as_known(PyTuple_GetItem(closure, i))) return false;
  PyObject* path = of_system(words::path);
  for (Py_ssize_t i = 0; i < own; ++i)
    if (could_have(PyList_GetItem(path, i), closure)) return false;
  return true;
}

PyObject* may_be_taken(PyObject*, PyObject* closure) {
  return PyBool_FromLong(all_may_be_taken(closure));
}

bool take_one(PyObject* name) {
  PyObject* plan = PyDict_GetItem(machinery.plans, name);
  PyObject* module = PyTuple_GetItem(plan, plan_module);
  PyObject* package = PyTuple_GetItem(plan, plan_package);
  if (package != &_Py_NoneStruct &&
      PyObject_SetAttr(package, PyTuple_GetItem(plan, plan_attribute), module) != 0)
    return false;
  if (PyDict_SetItem(machinery.modules, name, module) != 0 ||
      PyDict_SetItem(machinery.taken, name, &_Py_NoneStruct) != 0)
    return false;
  PyObject* calls = PyTuple_GetItem(plan, plan_calls);
  for (Py_ssize_t i = 0; i < PyTuple_Size(calls); ++i) {
    PyObject* call = PyTuple_GetItem(calls, i);
    const Owned result(
        PyObject_Call(PyTuple_GetItem(call, 0), PyTuple_GetItem(call, 1), PyTuple_GetItem(call, 2)));
    if (!result) return false;
  }
  return true;
}

PyObject* take(PyObject*, PyObject* closure) {
  for (Py_ssize_t i = 0; i < PyTuple_Size(closure); ++i) {
    PyObject* name = PyTuple_GetItem(closure, i);
    if (!PyDict_GetItem(machinery.modules, name) && !take_one(name)) return nullptr;
  }
  return none();
}

PyObject* watch(PyObject*, PyObject* arguments) {
  PyObject* owners = PyTuple_GetItem(arguments, 0);
  machinery.plans = PyTuple_GetItem(arguments, 1);
  machinery.taken = PyDict_New();
  PyObject* system_module = PyDict_GetItemString(PyImport_GetModuleDict(), "sys");
  if (!machinery.plans || !machinery.taken || !system_module) return nullptr;
  Py_IncRef(machinery.plans);
  machinery.system_names = PyModule_GetDict(system_module);
  machinery.modules = PyImport_GetModuleDict();
  machinery.path = know(words::path, 1);
  machinery.meta_path = know(words::meta_path, 0);
  machinery.path_hooks = know(words::path_hooks, 0);
  for (Py_ssize_t i = 0; i < PyTuple_Size(owners); ++i) {
    PyObject* dict = dict_of(PyTuple_GetItem(owners, i));
    if (!dict) return nullptr;
    machinery.namespaces.watch(dict);
  }
  return none();
}

}  // namespace

bool add_hidden_modules(PyObject* globals) {
  static std::array<PyMethodDef, 3> methods{{{"watch", watch, py_arguments, nullptr},
                                             {"may_be_taken", may_be_taken, py_one_argument, nullptr},
                                             {"take", take, py_one_argument, nullptr}}};
  for (PyMethodDef& method : methods) {
    const Owned function(PyCFunction_NewEx(&method, nullptr, nullptr));
    if (!function || PyDict_SetItemString(globals, method.name, function.get()) != 0) return false;
  }
  return true;
}

}  // namespace code_exec::sandbox
