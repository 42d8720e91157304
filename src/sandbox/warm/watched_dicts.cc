#include "sandbox/warm/watched_dicts.h"

namespace code_exec::sandbox {
namespace {

// Objects/descrobject.c: what a class shows for its dict.
PyObject* behind_proxy(PyObject* proxy) {
  return reinterpret_cast<PyObject**>(proxy)[2];
}

}  // namespace

PyObject* dict_of(PyObject* owner) {
  const Owned shown(PyObject_GetAttrString(owner, "__dict__"));
  if (!shown) return nullptr;
  PyObject* dict = type_of(shown.get()) == &PyDictProxy_Type ? behind_proxy(shown.get()) : shown.get();
  if (type_of(dict) == &PyDict_Type) return dict;
  PyErr_SetString(PyExc_TypeError, "no dict of its own");
  return nullptr;
}

}  // namespace code_exec::sandbox
