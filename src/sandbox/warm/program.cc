#include "sandbox/warm/program.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "sandbox/warm/hidden_modules.h"
#include "sandbox/warm/remains.h"
#include "sandbox/warm/watched_dicts.h"
#include "sandbox/warm/words.h"

extern "C" const char code_exec_import_ahead[];  // import_ahead.py, and a NUL
asm(".pushsection .rodata\n"
    "code_exec_import_ahead:\n.incbin \"" IMPORT_AHEAD_FILE
    "\"\n.byte 0\n"
    ".popsection\n");

namespace code_exec::sandbox {
namespace {

// How it ends is known for this one: see finish().
constexpr std::string_view known_version = "3.11.";
// Tracebacks leave out frames of files with this name.
constexpr const char* importlib_name = "<frozen importlib._bootstrap>";
constexpr int status_flush_failed = 120;  // of python3, when it could not write what was left to write

// One of sys, and how long it was.
struct List {
  const Word* name;
  Py_ssize_t size;
};

// A module's names, and their version (see watched_dicts.h).
struct ModuleVersion {
  PyObject* names;
  std::uint64_t version;
};

// What the parent keeps for its runs. All of it stays when a run ends: nothing of it is destroyed there.
struct Kept {
  PyObject* system_names = nullptr;     // of sys
  PyObject* base = nullptr;             // sys.modules as it was: what every interpreter has
  PyObject* base_taken_out = nullptr;   // dict: their names -> None
  PyObject* names = nullptr;            // dict: name of a module, of these or of those -> a copy of its names
  std::vector<ModuleVersion> versions;  // of the same modules' names, by address
  PyObject* hidden = nullptr;           // dict: name -> module imported ahead
  PyObject* forget = nullptr;           // function: empties it
  std::array<List, 3> lists{{{&words::path, 0}, {&words::meta_path, 0}, {&words::path_hooks, 0}}};
  PyObject* callbacks = nullptr;  // of the collector
  PyObject* garbage = nullptr;
  PyObject* run_exit_functions = nullptr;
  PyObject* count_threads = nullptr;
  Remains remains;
} kept;

PyObject* of_system(const Word& name) {
  return PyDict_GetItem(kept.system_names, name.get());
}

// _PyRuntime.finalizing, the thread that ends the interpreter, in the versions known.
void*& finalizing() {
  constexpr std::ptrdiff_t offset = 24;
  return *reinterpret_cast<void**>(_PyRuntime + offset);
}

bool can_tell_finalizing() {
  finalizing() = PyGILState_GetThisThreadState();
  const bool told = _Py_IsFinalizing();
  finalizing() = nullptr;
  return told && !_Py_IsFinalizing();
}

// The last of libc's exit functions but for those that were there before: the ends of libraries, which nobody
// sees and which cost a page each.
void end_now(int status, void*) {
  std::fflush(nullptr);
  _exit(status);
}

bool is_none(PyObject* object) {
  return object == &_Py_NoneStruct;
}

bool fail() {
  PyErr_Print();
  return false;
}

PyObject* attribute_of(PyObject* modules, const char* module, const char* name) {
  PyObject* found = PyDict_GetItemString(modules, module);
  return found ? PyObject_GetAttrString(found, name) : nullptr;
}

bool is_module(PyObject* object) {
  return PyObject_IsInstance(object, &PyModule_Type) > 0;
}

bool remember_names_of(PyObject* modules) {
  PyObject* name = nullptr;
  PyObject* module = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(modules, &at, &name, &module);) {
    if (!is_module(module)) continue;
    Owned names(PyDict_Copy(PyModule_GetDict(module)));
    if (!names || PyDict_SetItem(kept.names, name, names.get()) != 0) return fail();
    kept.versions.push_back({PyModule_GetDict(module), WatchedDicts::version_of(PyModule_GetDict(module))});
  }
  return true;
}

bool remember_base_modules() {
  kept.base = PyDict_Copy(PyImport_GetModuleDict());
  kept.base_taken_out = PyDict_New();
  if (!kept.base || !kept.base_taken_out || PyDict_DelItemString(kept.base, "__main__") != 0) return fail();
  PyObject* name = nullptr;
  PyObject* module = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(kept.base, &at, &name, &module);)
    if (PyDict_SetItem(kept.base_taken_out, name, &_Py_NoneStruct) != 0) return fail();
  return true;
}

bool import_ahead(std::string_view imports) {
  Owned names(PyList_New(0));
  while (names && !imports.empty() && imports.front() != '\0') {
    Owned name(PyUnicode_FromString(imports.data()));
    if (!name || PyList_Append(names.get(), name.get()) != 0) return fail();
    imports.remove_prefix(imports.find('\0') + 1);
  }
  // Nothing of it is destroyed at the end of a run, so it is never given back.
  PyObject* globals = PyDict_New();
  Owned builtins(PyImport_ImportModule("builtins"));
  Owned module_name(PyUnicode_FromString("_frozen_importlib"));
  if (!globals || !builtins || !module_name ||
      PyDict_SetItemString(globals, "__name__", module_name.get()) != 0 ||
      PyDict_SetItemString(globals, "imports", names.get()) != 0 ||
      PyDict_SetItemString(globals, "__builtins__", builtins.get()) != 0 || !add_hidden_modules(globals))
    return fail();
  Owned code(Py_CompileString(code_exec_import_ahead, importlib_name, py_file_input));
  Owned result(code ? PyEval_EvalCode(code.get(), globals, globals) : nullptr);
  if (!result) return fail();
  kept.hidden = PyDict_GetItemString(globals, "hidden");
  kept.forget = PyDict_GetItemString(globals, "forget");
  return kept.hidden && kept.forget;
}

// As the interpreter makes its own (add_main_module in Python/pylifecycle.c), and with what it gets when a
// script is run (_PyRun_SimpleFileObject in Python/pythonrun.c). A new one, for what was there when the
// collector was told to leave everything alone would never be destroyed.
bool renew_main_module() {
  Owned name(PyUnicode_FromString("__main__"));
  Owned module(name ? PyModule_NewObject(name.get()) : nullptr);
  Owned annotations(PyDict_New());
  if (!module || !annotations) return fail();
  PyObject* names = PyModule_GetDict(module.get());
  PyObject* modules = PyImport_GetModuleDict();
  Owned file(PyUnicode_DecodeFSDefault(script_path));
  Owned external(PyImport_ImportModule("_frozen_importlib_external"));
  Owned loader(external
                   ? PyObject_CallMethod(external.get(), "SourceFileLoader", "ss", "__main__", script_path)
                   : nullptr);
  PyObject* builtins = PyDict_GetItemString(modules, "builtins");
  const bool made = file && loader && builtins &&
                    PyDict_SetItemString(names, "__annotations__", annotations.get()) == 0 &&
                    PyDict_SetItemString(names, "__builtins__", builtins) == 0 &&
                    PyDict_SetItemString(names, "__file__", file.get()) == 0 &&
                    PyDict_SetItemString(names, "__cached__", &_Py_NoneStruct) == 0 &&
                    PyDict_SetItemString(names, "__loader__", loader.get()) == 0 &&
                    PyDict_SetItemString(modules, "__main__", module.get()) == 0;
  return made || fail();
}

// What finish() takes away from sys must not be destroyed by it.
void keep_system_objects() {
  for (const Word* name :
       {&words::path, &words::argv, &words::path_hooks, &words::path_importer_cache, &words::meta_path})
    if (PyObject* object = of_system(*name)) Py_IncRef(object);
}

PyObject* flush(PyObject* stream) {
  return PyObject_CallMethodObjArgs(stream, words::flush.get(), nullptr);
}

void flush_quietly() {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  for (const Word* name : {&words::standard_error, &words::standard_output}) {
    PyObject* stream = of_system(*name);
    if (!stream) continue;
    Owned result(flush(stream));
    if (!result) PyErr_Clear();
  }
  PyErr_Restore(type, value, traceback);
}

bool is_closed(PyObject* stream) {
  Owned closed(PyObject_GetAttr(stream, words::closed.get()));
  const int is_true = closed ? PyObject_IsTrue(closed.get()) : -1;
  if (is_true < 0) PyErr_Clear();
  return is_true > 0;
}

// flush_std_files(). False: something could not be written.
bool flush_at_end() {
  bool flushed = true;
  for (const Word* name : {&words::standard_output, &words::standard_error}) {
    PyObject* stream = of_system(*name);
    if (!stream || is_none(stream) || is_closed(stream)) continue;
    Owned result(flush(stream));
    if (result) continue;
    flushed = false;
    if (name == &words::standard_output) {
      PyErr_WriteUnraisable(stream);
    } else {
      PyErr_Clear();
    }
  }
  return flushed;
}

// handle_system_exit() in Python/pythonrun.c: the status that the SystemExit which is set asks for.
int status_of_system_exit() {
  std::fflush(stdout);
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  int status = 0;
  PyObject* code = value ? PyObject_GetAttrString(value, "code") : nullptr;
  if (!code) {
    PyErr_Clear();
    code = value;
  }
  if (code && !is_none(code)) {
    if (PyObject_IsInstance(code, &PyLong_Type) > 0) {
      status = static_cast<int>(PyLong_AsLong(code));
    } else {
      PyObject* stream = of_system(words::standard_error);
      if (stream && !is_none(stream)) {
        PyFile_WriteObject(code, stream, py_print_raw);
      } else {
        PyObject_Print(code, stderr, py_print_raw);
        std::fflush(stderr);
      }
      PySys_WriteStderr("\n");
      status = 1;
    }
  }
  // Given up before the interpreter ends, and with it the frames of its traceback.
  PyErr_Restore(type, value, traceback);
  PyErr_Clear();
  return status;
}

// The program's own end of threads and its exit functions, as Py_FinalizeEx begins.
void end_threads_and_exit_functions() {
  if (PyObject* threading = PyDict_GetItem(PyImport_GetModuleDict(), words::threading.get())) {
    Owned result(PyObject_CallMethodObjArgs(threading, words::shutdown.get(), nullptr));
    if (!result) PyErr_WriteUnraisable(threading);
  }
  Py_MakePendingCalls();
  Owned result(PyObject_CallObject(kept.run_exit_functions, nullptr));
  if (!result) PyErr_Clear();
}

// Names of sys that the interpreter itself gives other values, and those that finish() takes away.
bool is_of_the_interpreter(const char* name) {
  for (const char* one : {"argv", "orig_argv", "modules", "stdin", "stdout", "stderr", "last_type",
                          "last_value", "last_traceback", "ps1", "ps2"})
    if (std::strcmp(name, one) == 0) return true;
  return false;
}

// Nothing that anybody could see being destroyed.
bool is_plain(PyObject* value) {
  if (is_none(value)) return true;
  for (PyObject* type : {&PyLong_Type, &PyFloat_Type, &PyUnicode_Type})
    if (PyObject_IsInstance(value, type) > 0) return true;
  return is_module(value);
}

bool has_version_it_had(PyObject* names) {
  const auto found =
      std::lower_bound(kept.versions.begin(), kept.versions.end(), names,
                       [](const ModuleVersion& one, PyObject* other) { return one.names < other; });
  return found != kept.versions.end() && found->names == names &&
         found->version == WatchedDicts::version_of(names);
}

// Whether a program has hung something of its own onto a module that finish() does not destroy.
bool has_changed(PyObject* module_name, PyObject* names) {
  if (has_version_it_had(names)) return false;
  PyObject* before = PyDict_GetItem(kept.names, module_name);
  if (!before) return true;
  PyObject *name = nullptr, *value = nullptr, *old_name = nullptr, *old_value = nullptr;
  Py_ssize_t old_at = 0;
  for (Py_ssize_t at = 0; PyDict_Next(names, &at, &name, &value);) {
    if (PyDict_Next(before, &old_at, &old_name, &old_value) && old_name == name && old_value == value)
      continue;
    const char* text = PyUnicode_AsUTF8(name);
    if (!text) PyErr_Clear();
    if (text && is_of_the_interpreter(text)) continue;
    if (PyDict_GetItem(before, name) != value && !is_plain(value)) return true;
  }
  return false;
}

bool is_kept(PyObject* name, PyObject* module) {
  return PyDict_GetItem(kept.base, name) == module || PyDict_GetItem(kept.hidden, name) == module;
}

// Only the module `signal` gives a program others than the interpreter's own.
bool has_signal_handlers() {
  if (!PyDict_GetItem(PyImport_GetModuleDict(), words::signal.get())) return false;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (number == SIGINT || sigaction(number, nullptr, &action) != 0) continue;
    if (action.sa_handler != SIG_IGN && action.sa_handler != SIG_DFL) return true;
  }
  return false;
}

// Whether what finish() leaves out could matter: threads that go on, and what was hung onto modules.
bool needs_whole_finalisation() {
  Owned threads(PyObject_CallObject(kept.count_threads, nullptr));
  if (!threads || PyLong_AsLong(threads.get()) != 0) return true;
  for (const auto& [list, size] : kept.lists)
    if (of_system(*list) == nullptr || PyList_Size(of_system(*list)) != size) return true;
  if (PyList_Size(kept.callbacks) != 0 || PyList_Size(kept.garbage) != 0 || has_signal_handlers())
    return true;
  PyObject* name = nullptr;
  PyObject* module = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(PyImport_GetModuleDict(), &at, &name, &module);)
    if (is_module(module) && is_kept(name, module) && has_changed(name, PyModule_GetDict(module)))
      return true;
  return false;
}

void exchange(PyObject* one, PyObject* other) {
  auto& first = *reinterpret_cast<Dict*>(one);
  auto& second = *reinterpret_cast<Dict*>(other);
  std::swap(first.used, second.used);
  std::swap(first.keys, second.keys);
  std::swap(first.values, second.values);
}

// finalize_modules(): takes every module out of sys.modules, in their order; weak references to those that
// are the program's own are left in `own`. Those of every interpreter came first, and go first. To let go of
// each would copy the pages that they are on, so sys.modules gets others' names at once: theirs, with None,
// and the rest.
void take_modules_out(PyObject* own) {
  const auto set = [](const Word& name, PyObject* value) {
    if (PyDict_SetItem(kept.system_names, name.get(), value ? value : &_Py_NoneStruct) != 0) PyErr_Clear();
  };
  for (const Word* name : {&words::path, &words::argv, &words::prompt, &words::second_prompt,
                           &words::last_type, &words::last_value, &words::last_traceback, &words::path_hooks,
                           &words::path_importer_cache, &words::meta_path})
    set(*name, nullptr);
  set(words::standard_input, of_system(words::first_input));
  set(words::standard_output, of_system(words::first_output));
  set(words::standard_error, of_system(words::first_error));
  PyObject* modules = PyImport_GetModuleDict();
  PyObject* name = nullptr;
  PyObject* module = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(modules, &at, &name, &module);) {
    if (PyDict_GetItem(kept.base, name) == module) continue;
    if (PyDict_SetItem(kept.base_taken_out, name, module) != 0) PyErr_Clear();
  }
  exchange(modules, kept.base_taken_out);
  for (Py_ssize_t at = 0; PyDict_Next(modules, &at, &name, &module);) {
    if (!is_module(module)) continue;
    if (!is_kept(name, module)) {
      Owned reference(PyWeakref_NewRef(module, nullptr));
      if (!reference || PyList_Append(own, reference.get()) != 0) PyErr_Clear();
    }
    if (PyDict_SetItem(modules, name, &_Py_NoneStruct) != 0) PyErr_WriteUnraisable(nullptr);
    // Where it was at first, and must not go on to be held.
    if (PyDict_SetItem(kept.base_taken_out, name, &_Py_NoneStruct) != 0) PyErr_Clear();
  }
  for (Py_ssize_t at = 0; PyDict_Next(modules, &at, &name, &module);) {
    if (is_none(module)) continue;
    PyDict_SetItem(kept.base_taken_out, name, &_Py_NoneStruct);
    PyDict_SetItem(modules, name, &_Py_NoneStruct);
  }
  PyObject* nothing = PyDict_New();
  if (nothing) exchange(modules, nothing);
}

// finalize_restore_builtins(): what came to builtins after the interpreter's start goes.
void take_late_builtins_out() {
  PyObject* builtins = PyModule_GetDict(PyDict_GetItem(kept.base, words::builtins.get()));
  for (const Word* name : {&words::open, &words::exit, &words::quit, &words::copyright, &words::credits,
                           &words::license, &words::help, &words::last_printed})
    if (PyDict_GetItem(builtins, name->get())) PyDict_DelItem(builtins, name->get());
}

// The interpreter's own end, from which nothing is kept.
int finalise(int status) {
  Owned result(PyObject_CallMethod(PyDict_GetItem(kept.hidden, words::gc.get()), "unfreeze", nullptr));
  if (!result) PyErr_Clear();
  Owned forgotten(PyObject_CallObject(kept.forget, nullptr));
  if (!forgotten) PyErr_Clear();
  PyDict_Clear(kept.base);
  PyDict_Clear(kept.names);
  return Py_FinalizeEx() < 0 ? status_flush_failed : status;
}

// Whether anything that a program has left could be seen to go. A collector that the program has in its hands
// tells of its last work.
bool leaves_nothing_to_see() {
  return !PyDict_GetItem(PyImport_GetModuleDict(), words::gc.get()) &&
         of_system(words::standard_output) == of_system(words::first_output) &&
         of_system(words::standard_error) == of_system(words::first_error) && !kept.remains.can_be_seen();
}

// What Py_FinalizeEx does that a program can see, in its order: destructors run, exactly once, output is
// written. What it destroys beside that goes with the process: to destroy it would copy most of the parent's
// memory first. Returns the exit status.
int finish(int status) {
  end_threads_and_exit_functions();
  if (needs_whole_finalisation()) return finalise(status);
  finalizing() = PyGILState_GetThisThreadState();
  if (!flush_at_end()) status = status_flush_failed;
  signal(SIGINT, SIG_DFL);
  if (leaves_nothing_to_see()) return status;
  PyGC_Collect();
  PyObject* own = PyList_New(0);
  if (!own) return status;
  take_modules_out(own);
  take_late_builtins_out();
  PyGC_Enable();  // the last collection is made whether or not the program has switched it off
  PyGC_Collect();
  for (Py_ssize_t at = PyList_Size(own) - 1; at >= 0; --at) {
    PyObject* module = PyWeakref_GetObject(PyList_GetItem(own, at));
    if (is_none(module)) continue;
    Py_IncRef(module);
    _PyModule_Clear(module);
    Py_DecRef(module);
  }
  flush_quietly();
  return status;
}

PyObject* compile_sample() {
  return Py_CompileString("def function(value=1):\n    return f'{value}'\nprint(end=function('') or '')\n",
                          "", py_file_input);
}

// Once in the parent what every run does, so that the interpreter's tables have it: what it looks up in its
// types, and names. The code is kept, for names go when nobody has them.
void rehearse() {
  (void)compile_sample();
  warm_up();
  flush_quietly();
  (void)flush_at_end();
}

}  // namespace

bool prepare_interpreter(std::string_view imports) {
  if (std::string_view(Py_GetVersion()).substr(0, known_version.size()) != known_version) {
    std::fprintf(stderr, "this is Python %s, and warm runs know %s* alone\n", Py_GetVersion(),
                 known_version.data());
    return false;
  }
  kept.names = PyDict_New();
  PyObject* system_module = PyDict_GetItemString(PyImport_GetModuleDict(), "sys");
  if (!system_module || !words::intern_all()) return fail();
  kept.system_names = PyModule_GetDict(system_module);
  if (!kept.names || !remember_base_modules() || !import_ahead(imports) || !remember_names_of(kept.base) ||
      !remember_names_of(kept.hidden))
    return false;
  std::sort(kept.versions.begin(), kept.versions.end(),
            [](const ModuleVersion& one, const ModuleVersion& other) { return one.names < other.names; });
  kept.run_exit_functions = attribute_of(kept.hidden, "atexit", "_run_exitfuncs");
  kept.callbacks = attribute_of(kept.hidden, "gc", "callbacks");
  kept.garbage = attribute_of(kept.hidden, "gc", "garbage");
  kept.count_threads = attribute_of(kept.base, "_thread", "_count");
  if (!kept.callbacks || !kept.garbage || !kept.run_exit_functions || !kept.count_threads ||
      !can_tell_finalizing())
    return fail();
  for (List& list : kept.lists) list.size = PyList_Size(of_system(*list.name));
  Owned get_objects(PyObject_GetAttrString(PyDict_GetItem(kept.hidden, words::gc.get()), "get_objects"));
  if (!get_objects || !kept.remains.learn(get_objects.get())) return fail();
  rehearse();
  PyGC_Collect();
  Owned frozen(PyObject_CallMethod(PyDict_GetItem(kept.hidden, words::gc.get()), "freeze", nullptr));
  if (!frozen) return fail();
  keep_system_objects();
  return on_exit(end_now, nullptr) == 0 && renew_main_module();
}

void warm_up() {
  Owned names(PyDict_New());
  Owned code(compile_sample());
  if (!names || !code ||
      PyDict_SetItemString(names.get(), "__builtins__", PyDict_GetItem(kept.base, words::builtins.get())) !=
          0)
    return PyErr_Clear();
  Owned result(PyEval_EvalCode(code.get(), names.get(), names.get()));
  if (!result) PyErr_Clear();
  PyDict_Clear(names.get());  // the function has it, and it the function
}

bool set_arguments(std::span<const char* const> arguments) {
  Owned own(PyList_New(0));
  Owned all(PyList_New(0));
  if (!own || !all) return fail();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    Owned argument(PyUnicode_DecodeFSDefault(arguments[i]));
    if (!argument || PyList_Append(all.get(), argument.get()) != 0) return fail();
    if (i > 0 && PyList_Append(own.get(), argument.get()) != 0) return fail();
  }
  return (PySys_SetObject("argv", own.get()) == 0 && PySys_SetObject("orig_argv", all.get()) == 0) || fail();
}

// As pymain_run_file() and _PyRun_SimpleFileObject() do, but that the process ends by finish().
void run_script(FILE* script) {
  PyObject* names = PyModule_GetDict(PyDict_GetItem(PyImport_GetModuleDict(), words::main.get()));
  PyCompilerFlags flags{0, 11};
  PyObject* result = PyRun_FileExFlags(script, script_path, py_file_input, names, names, 1, &flags);
  flush_quietly();
  int status = 0;
  bool interrupted = false;
  const bool asked_to_exit = !result && PyErr_ExceptionMatches(PyExc_SystemExit);
  if (result) {
    Py_DecRef(result);
  } else if (asked_to_exit) {
    status = status_of_system_exit();
  } else {
    interrupted = PyErr_Occurred() == PyExc_KeyboardInterrupt;
    PyErr_Print();
    status = 1;
  }
  // A SystemExit ends the interpreter before they go.
  for (const Word* name : {&words::file, &words::cached})
    if (!asked_to_exit && PyDict_DelItem(names, name->get()) != 0) PyErr_Clear();
  status = finish(status);
  if (interrupted) {
    signal(SIGINT, SIG_DFL);
    kill(getpid(), SIGINT);
  }
  std::exit(status);
}

}  // namespace code_exec::sandbox
