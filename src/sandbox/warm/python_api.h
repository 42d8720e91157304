// sandbox/warm/python_api.h - what we use of CPython's C API, declared here: the library that a warm parent
// loads is built on machines without Python's headers, and finds these functions in the interpreter itself.
// All are in the documented API and have been the same since Python 3.10, but for the addresses of objects
// whose names begin with an underscore.
#pragma once

#include <sys/types.h>

#include <cstdio>

extern "C" {

using PyObject = struct _object;
using PyInterpreterState = struct _is;
using PyThreadState = struct _ts;
using Py_ssize_t = ssize_t;

struct PyCompilerFlags {
  int cf_flags;
  int cf_feature_version;
};

struct PyMethodDef {
  const char* name;
  PyObject* (*call)(PyObject*, PyObject*);
  int flags;
  const char* documentation;
};

// Of other types than this, but only their addresses are of use.
extern PyObject _PyWeakref_CallableProxyType;
extern PyObject _PyWeakref_ProxyType;
extern PyObject _PyWeakref_RefType;
extern PyObject _Py_NoneStruct;
extern PyObject PyCFunction_Type;
extern PyObject PyDictProxy_Type;
extern PyObject PyDict_Type;
extern PyObject PyList_Type;
extern PyObject PyLong_Type;
extern PyObject PyType_Type;
extern PyObject PyUnicode_Type;
extern PyObject* PyExc_ResourceWarning;
extern PyObject* PyExc_SystemExit;
extern PyObject* PyExc_TypeError;
extern PyObject* PyExc_KeyboardInterrupt;

const char* Py_GetVersion();
int Py_FinalizeEx();
PyInterpreterState* PyInterpreterState_Get();
int Py_MakePendingCalls();

PyThreadState* PyGILState_GetThisThreadState();
void PyEval_RestoreThread(PyThreadState*);

void PyOS_BeforeFork();
void PyOS_AfterFork_Parent();
void PyOS_AfterFork_Child();

Py_ssize_t PyGC_Collect();

void Py_IncRef(PyObject*);
void Py_DecRef(PyObject*);

PyObject* PyErr_Occurred();
void PyErr_SetString(PyObject*, const char*);
int PyErr_ExceptionMatches(PyObject*);
void PyErr_Fetch(PyObject**, PyObject**, PyObject**);
void PyErr_Restore(PyObject*, PyObject*, PyObject*);
void PyErr_NormalizeException(PyObject**, PyObject**, PyObject**);
void PyErr_Clear();
void PyErr_Print();
void PyErr_WriteUnraisable(PyObject*);

int PySys_SetObject(const char*, PyObject*);
void PySys_WriteStderr(const char*, ...);

PyObject* PyImport_ImportModule(const char*);
PyObject* PyImport_GetModuleDict();
PyObject* PyModule_GetDict(PyObject*);
PyObject* PyModule_NewObject(PyObject*);

PyObject* PyDict_New();
PyObject* PyDict_GetItemString(PyObject*, const char*);
PyObject* PyDict_GetItem(PyObject*, PyObject*);
int PyDict_SetItem(PyObject*, PyObject*, PyObject*);
int PyDict_SetItemString(PyObject*, const char*, PyObject*);
int PyDict_DelItem(PyObject*, PyObject*);
int PyDict_Next(PyObject*, Py_ssize_t*, PyObject**, PyObject**);
void PyDict_Clear(PyObject*);

PyObject* PyList_New(Py_ssize_t);
int PyList_Append(PyObject*, PyObject*);
Py_ssize_t PyList_Size(PyObject*);
PyObject* PyList_GetItem(PyObject*, Py_ssize_t);

PyObject* PyTuple_GetItem(PyObject*, Py_ssize_t);
Py_ssize_t PyTuple_Size(PyObject*);

PyObject* PyUnicode_FromString(const char*);
PyObject* PyUnicode_InternFromString(const char*);
PyObject* PyUnicode_DecodeFSDefault(const char*);
Py_ssize_t PyUnicode_GetLength(PyObject*);
const char* PyUnicode_AsUTF8AndSize(PyObject*, Py_ssize_t*);

long PyLong_AsLong(PyObject*);
int PyObject_IsInstance(PyObject*, PyObject*);
int PyObject_IsSubclass(PyObject*, PyObject*);
int PyObject_IsTrue(PyObject*);
PyObject* PyObject_GetAttr(PyObject*, PyObject*);
int PyObject_SetAttr(PyObject*, PyObject*, PyObject*);
PyObject* PyObject_GetAttrString(PyObject*, const char*);
void* PyType_GetSlot(PyObject*, int);
int PyType_IsSubtype(PyObject*, PyObject*);
PyObject* PyBool_FromLong(long);
PyObject* PyCFunction_NewEx(PyMethodDef*, PyObject*, PyObject*);
PyObject* PyObject_CallFunction(PyObject*, const char*, ...);
PyObject* PyObject_Call(PyObject*, PyObject*, PyObject*);
PyObject* PyObject_CallObject(PyObject*, PyObject*);
PyObject* PyObject_CallMethod(PyObject*, const char*, const char*, ...);
PyObject* PyObject_CallMethodObjArgs(PyObject*, PyObject*, ...);
int PyFile_WriteObject(PyObject*, PyObject*, int);
int PyObject_Print(PyObject*, FILE*, int);

void* PyObject_Malloc(size_t);
void PyObject_Free(void*);

PyObject* Py_CompileString(const char*, const char*, int);
PyObject* PyEval_EvalCode(PyObject*, PyObject*, PyObject*);
PyObject* PyRun_FileExFlags(FILE*, const char*, int, PyObject*, PyObject*, int, PyCompilerFlags*);

}  // extern "C"

namespace code_exec::sandbox {

inline constexpr int py_file_input = 257;
inline constexpr int py_print_raw = 1;
// Include/methodobject.h.
inline constexpr int py_arguments = 1;
inline constexpr int py_no_arguments = 4;
inline constexpr int py_one_argument = 8;
// Include/typeslots.h, which never changes.
inline constexpr int py_tp_base = 48;
inline constexpr int py_tp_dealloc = 52;
inline constexpr int py_tp_del = 53;
inline constexpr int py_tp_finalize = 80;

// For a function that answers nothing.
inline PyObject* new_none() {
  Py_IncRef(&_Py_NoneStruct);
  return &_Py_NoneStruct;
}

// A reference that is ours, given back when it goes.
class Owned {
 public:
  explicit Owned(PyObject* object = nullptr) : object_(object) {}
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (object_) Py_DecRef(object_);
  }
  explicit operator bool() const { return object_; }
  PyObject* get() const { return object_; }

 private:
  PyObject* object_;
};

}  // namespace code_exec::sandbox
