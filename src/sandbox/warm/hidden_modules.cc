#include "sandbox/warm/hidden_modules.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
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

struct KnownPackage {
  PyObject* module;
  KnownList path;
};

struct Machinery {
  WatchedDicts namespaces;
  PyObject* modules = nullptr;
  PyObject* plans = nullptr;
  PyObject* taken = nullptr;      // dict: name -> None
  PyObject* importlib = nullptr;  // its names, and what was there under the one that we replace
  PyObject* find_and_load = nullptr;
  PyObject* collections = nullptr;  // tuple of dicts
  PyObject* finder_type = nullptr;  // of what finds modules in a directory
  KnownList path;                   // without its first entry
  KnownList meta_path;
  KnownList path_hooks;
  std::vector<KnownPackage> packages;
} machinery;

enum PlanItem { plan_module, plan_package, plan_attribute, plan_calls, plan_parent };

KnownList know(PyObject* list, Py_ssize_t from) {
  KnownList known;
  known.list = list;
  for (Py_ssize_t i = from; list && i < PyList_Size(list); ++i) {
    known.items.push_back(PyList_GetItem(list, i));
    Py_IncRef(known.items.back());
  }
  return known;
}

// At which of its entries what it had begins; -1: that is not there any more. What has come behind it is
// asked last, when all has been found.
Py_ssize_t entries_before(const KnownList& known, PyObject* list) {
  if (list != known.list) return -1;
  const auto known_size = static_cast<Py_ssize_t>(known.items.size());
  for (Py_ssize_t before = 0; before + known_size <= PyList_Size(list); ++before) {
    Py_ssize_t same = 0;
    while (same < known_size &&
           PyList_GetItem(list, before + same) == known.items[static_cast<std::size_t>(same)])
      ++same;
    if (same == known_size) return before;
  }
  return -1;
}

bool is_as_it_was(const KnownList& known, PyObject* list) {
  return entries_before(known, list) == 0 && PyList_Size(list) == static_cast<Py_ssize_t>(known.items.size());
}

// Empty for what no path of a file can be.
std::string_view text_of(PyObject* text) {
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(text, &size);
  if (!bytes) PyErr_Clear();
  const std::string_view found(bytes ? bytes : "", bytes ? static_cast<std::size_t>(size) : 0);
  return found.find('\0') == std::string_view::npos ? found : std::string_view();
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

// Whether what the path names could have a module of the closure: also a file, which may be an archive, and
// whatever cannot be found out.
bool could_have(PyObject* entry, PyObject* closure) {
  const bool is_text = type_of(entry) == &PyUnicode_Type;
  const std::string_view path = is_text ? text_of(entry) : std::string_view();
  if (path.empty() && !(is_text && PyUnicode_GetLength(entry) == 0)) return true;
  const Fd directory(open(path.empty() ? "." : path.data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return errno != ENOENT && errno != EACCES;
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

// What answers for a path of files is the interpreter's own.
bool has_usual_finder(PyObject* entry) {
  PyObject* finder = PyDict_GetItem(of_system(words::path_importer_cache), entry);
  return !finder || finder == &_Py_NoneStruct || type_of(finder) == machinery.finder_type;
}

PyObject* path_of(PyObject* package) {
  return PyDict_GetItem(PyModule_GetDict(package), words::package_path.get());
}

// nullptr: it is no package, or has not been known as one.
const KnownPackage* known_package(PyObject* module) {
  const auto found = std::find_if(machinery.packages.begin(), machinery.packages.end(),
                                  [module](const KnownPackage& known) { return known.module == module; });
  return found == machinery.packages.end() ? nullptr : &*found;
}

bool has_usual_path(PyObject* package) {
  const KnownPackage* known = known_package(package);
  if (!known) return !path_of(package);
  return is_as_it_was(known->path, path_of(package)) &&
         std::all_of(known->path.items.begin(), known->path.items.end(), has_usual_finder);
}

bool is_as_known(PyObject* name) {
  PyObject* plan = PyDict_GetItem(machinery.plans, name);
  if (PyObject* present = PyDict_GetItem(machinery.modules, name))
    return plan && PyTuple_GetItem(plan, plan_module) == present;
  PyObject* parent = PyTuple_GetItem(plan, plan_parent);
  return !PyDict_GetItem(machinery.taken, name) && (parent == &_Py_NoneStruct || has_usual_path(parent));
}

bool all_may_be_taken(PyObject* closure) {
  if (machinery.namespaces.any_changed() || of_system(words::modules) != machinery.modules ||
      !is_as_it_was(machinery.meta_path, of_system(words::meta_path)) ||
      !is_as_it_was(machinery.path_hooks, of_system(words::path_hooks)))
    return false;
  PyObject* path = of_system(words::path);
  const Py_ssize_t own = entries_before(machinery.path, path);
  if (own < 0) return false;
  for (Py_ssize_t i = 0; i < PyTuple_Size(closure); ++i)
    if (!is_as_known(PyTuple_GetItem(closure, i))) return false;
  for (Py_ssize_t i = 0; i < own; ++i)
    if (could_have(PyList_GetItem(path, i), closure)) return false;
  return std::all_of(machinery.path.items.begin(), machinery.path.items.end(), has_usual_finder);
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
  machinery.namespaces.watch_from_now();  // an import of importlib renames its own parts
  return new_none();
}

void know_packages() {
  PyObject* name = nullptr;
  PyObject* plan = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(machinery.plans, &at, &name, &plan);) {
    PyObject* parent = PyTuple_GetItem(plan, plan_parent);
    if (parent == &_Py_NoneStruct || known_package(parent)) continue;
    PyObject* path = path_of(parent);
    if (path && type_of(path) == &PyList_Type) machinery.packages.push_back({parent, know(path, 0)});
  }
}

PyObject* keep(PyObject*, PyObject* arguments) {
  machinery.importlib = PyTuple_GetItem(arguments, 0);
  machinery.find_and_load = PyTuple_GetItem(arguments, 1);
  machinery.collections = PyTuple_GetItem(arguments, 2);
  if (!machinery.collections) return nullptr;
  for (PyObject* kept : {machinery.importlib, machinery.find_and_load, machinery.collections})
    Py_IncRef(kept);
  return new_none();
}

PyObject* watch(PyObject*, PyObject* arguments) {
  PyObject* owners = PyTuple_GetItem(arguments, 0);
  machinery.plans = PyTuple_GetItem(arguments, 1);
  machinery.finder_type = PyTuple_GetItem(arguments, 2);
  machinery.taken = PyDict_New();
  if (!machinery.finder_type || !machinery.taken) return nullptr;
  Py_IncRef(machinery.plans);
  machinery.modules = PyImport_GetModuleDict();
  machinery.path = know(of_system(words::path), 1);
  machinery.meta_path = know(of_system(words::meta_path), 0);
  machinery.path_hooks = know(of_system(words::path_hooks), 0);
  know_packages();
  for (Py_ssize_t i = 0; i < PyTuple_Size(owners); ++i) {
    PyObject* dict = dict_of(PyTuple_GetItem(owners, i));
    if (!dict) return nullptr;
    machinery.namespaces.watch(dict);
  }
  return new_none();
}

}  // namespace

void forget_hidden_modules() {
  if (PyDict_SetItem(machinery.importlib, words::find_and_load.get(), machinery.find_and_load) != 0)
    PyErr_Clear();
  for (Py_ssize_t i = 0; i < PyTuple_Size(machinery.collections); ++i)
    PyDict_Clear(PyTuple_GetItem(machinery.collections, i));
}

bool was_taken(const Word& name) {
  return machinery.taken && PyDict_GetItem(machinery.taken, name.get());
}

bool add_hidden_modules(PyObject* globals) {
  static std::array<PyMethodDef, 4> methods{{{"keep", keep, py_arguments, nullptr},
                                             {"watch", watch, py_arguments, nullptr},
                                             {"may_be_taken", may_be_taken, py_one_argument, nullptr},
                                             {"take", take, py_one_argument, nullptr}}};
  for (PyMethodDef& method : methods) {
    const Owned function(PyCFunction_NewEx(&method, nullptr, nullptr));
    if (!function || PyDict_SetItemString(globals, method.name, function.get()) != 0) return false;
  }
  return true;
}

}  // namespace code_exec::sandbox
