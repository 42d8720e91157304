#include "sandbox/warm/remains.h"

#include <link.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "sandbox/warm/watched_dicts.h"

namespace code_exec::sandbox {

// Include/internal/pycore_gc.h, 3.11: an object that the collector knows has a link before it; a generation
// is a ring of them, in which its own head is the one that belongs to no object.
struct Link {
  Link* next;
  std::uintptr_t previous;
};
struct Generation {
  Link head;
  int threshold;
  int count;
};

namespace {

constexpr std::size_t generations_count = 3;
constexpr std::uintptr_t interpreter_state_bytes = 1 << 20;  // more than it has

// Include/cpython/weakrefobject.h and methodobject.h, as they begin.
struct WeakReference {
  Py_ssize_t reference_count;
  PyObject* type;
  PyObject* referent;
  PyObject* callback;
};
struct BuiltinFunction {
  Py_ssize_t reference_count;
  PyObject* type;
  const PyMethodDef* method;
};

PyObject* object_of(Link* link) {
  return reinterpret_cast<PyObject*>(link + 1);
}
Link* link_of(PyObject* object) {
  return reinterpret_cast<Link*>(object) - 1;
}

// Of the youngest generation, which a new object is in; nullptr: not found where it has to be.
Generation* find_generations() {
  const Owned object(PyList_New(0));
  if (!object) return nullptr;
  const auto begin = reinterpret_cast<std::uintptr_t>(PyInterpreterState_Get());
  for (Link* link = link_of(object.get())->next; link != link_of(object.get()); link = link->next) {
    const auto address = reinterpret_cast<std::uintptr_t>(link);
    if (address - begin < interpreter_state_bytes) return reinterpret_cast<Generation*>(link);
  }
  return nullptr;
}

// Calls `visit` with each object until it answers false; whether it never did.
template <typename Visit>
bool visit_all(Generation* generations, Visit visit) {
  for (std::size_t i = 0; i < generations_count; ++i)
    for (Link* link = generations[i].head.next; link != &generations[i].head; link = link->next)
      if (!visit(object_of(link))) return false;
  return true;
}

int add_library(dl_phdr_info* info, std::size_t, void* libraries) {
  Remains::Library library;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& part = info->dlpi_phdr[i];
    if (part.p_type != PT_LOAD) continue;
    const auto* const begin = reinterpret_cast<const char*>(info->dlpi_addr + part.p_vaddr);
    if (!library.begin || begin < library.begin) library.begin = begin;
    library.end = std::max(library.end, begin + part.p_memsz);
  }
  static_cast<std::vector<Remains::Library>*>(libraries)->push_back(library);
  return 0;
}

bool is_weak_reference(PyObject* type) {
  for (PyObject* base : {&_PyWeakref_RefType, &_PyWeakref_ProxyType, &_PyWeakref_CallableProxyType})
    if (PyType_IsSubtype(type, base)) return true;
  return false;
}

// What the dealloc of every class that is written in Python is.
void* dealloc_of_python_classes() {
  const Owned type(PyObject_CallFunction(&PyType_Type, "s(){}", "class"));
  return type ? PyType_GetSlot(type.get(), py_tp_dealloc) : nullptr;
}

}  // namespace

bool Remains::learn(PyObject* get_objects) {
  dl_iterate_phdr(add_library, &libraries_);
  python_class_dealloc_ = dealloc_of_python_classes();
  generations_ = find_generations();
  if (!python_class_dealloc_ || !generations_) return false;
  // It tells the same objects, in the same order, as the interpreter itself.
  const Owned told(PyObject_CallObject(get_objects, nullptr));
  Py_ssize_t at = 0;
  return told &&
         visit_all(generations_,
                   [&](PyObject* object) {
                     return object == told.get() ||
                            (at < PyList_Size(told.get()) && PyList_GetItem(told.get(), at++) == object);
                   }) &&
         at == PyList_Size(told.get());
}

// The interpreter's, or of a module that was imported ahead.
bool Remains::is_known_code(const void* address) const {
  return std::any_of(libraries_.begin(), libraries_.end(), [address](const Library& library) {
    return address >= library.begin && address < library.end;
  });
}

// When an object of the type is destroyed, code is called that the distribution brought and that has no
// finaliser, which would be where it can say anything; or none.
bool Remains::has_silent_end(PyObject* type) const {
  if (PyType_GetSlot(type, py_tp_finalize) || PyType_GetSlot(type, py_tp_del)) return false;
  PyObject* base = type;
  while (base && PyType_GetSlot(base, py_tp_dealloc) == python_class_dealloc_)
    base = static_cast<PyObject*>(PyType_GetSlot(base, py_tp_base));
  return base && is_known_code(PyType_GetSlot(base, py_tp_dealloc));
}

// Whether the callback of a weak reference is more than the one with which abstract classes keep their caches
// (Modules/_abc.c).
bool Remains::calls_back(PyObject* reference) const {
  PyObject* callback = reinterpret_cast<WeakReference*>(reference)->callback;
  if (!callback) return false;
  if (type_of(callback) != &PyCFunction_Type) return true;
  const PyMethodDef* method = reinterpret_cast<BuiltinFunction*>(callback)->method;
  return std::strcmp(method->name, "_destroy") != 0 || !is_known_code(method);
}

bool Remains::can_be_seen() const {
  PyObject* silent = nullptr;  // the last type that was found so, whatever its objects are
  return !visit_all(generations_, [&](PyObject* object) {
    PyObject* const type = type_of(object);
    if (type == silent) return true;
    if (!has_silent_end(type)) return false;
    // The collector does not know instances of a class that have nothing in them; it knows the class.
    if (PyType_IsSubtype(type, &PyType_Type)) return has_silent_end(object);
    if (is_weak_reference(type)) return !calls_back(object);
    silent = type;
    return true;
  });
}

}  // namespace code_exec::sandbox
