#include "sandbox/warm/program.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

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

// What is read of its insides is known for this one: see remains.cc and watched_dicts.h.
constexpr std::string_view known_version = "3.11.";
// Tracebacks leave out frames of files with this name.
constexpr const char* importlib_name = "<frozen importlib._bootstrap>";
constexpr int status_flush_failed = 120;  // of python3, when it could not write what was left to write

// What the parent keeps for its runs.
struct Kept {
  PyObject* builtins = nullptr;
  PyObject* hidden = nullptr;  // dict: name -> module imported ahead
  PyObject* run_exit_functions = nullptr;
  PyObject* count_threads = nullptr;
  PyObject* trace_function = nullptr;
  PyObject* profile_function = nullptr;
  PyObject* count_frozen = nullptr;
  PyObject* unfreeze = nullptr;
  PyObject* nothing = nullptr;  // function: does nothing
  long frozen_count = 0;
  WatchedDicts streams;  // what hangs on them
  Remains remains;
} kept;

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
  return kept.hidden;
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

// The answer of a function without arguments is None.
bool answers_none(PyObject* function) {
  Owned answer(PyObject_CallObject(function, nullptr));
  if (!answer) PyErr_Clear();
  return answer && is_none(answer.get());
}

bool has_threads() {
  Owned count(PyObject_CallObject(kept.count_threads, nullptr));
  return !count || PyLong_AsLong(count.get()) != 0;
}

// Nothing that the collector does not know says that it was left open (Python/_warnings.c, get_filter).
bool ignores_resource_warnings() {
  PyObject* modules = PyImport_GetModuleDict();
  PyObject* warnings = PyDict_GetItem(modules, words::warnings.get());
  if (!warnings) warnings = PyDict_GetItem(modules, words::c_warnings.get());
  Owned filters(warnings ? PyObject_GetAttr(warnings, words::filters.get()) : nullptr);
  if (!filters) PyErr_Clear();
  for (Py_ssize_t i = 0; filters && i < PyList_Size(filters.get()); ++i) {
    PyObject* filter = PyList_GetItem(filters.get(), i);
    PyObject* action = PyTuple_GetItem(filter, 0);
    PyObject* category = action ? PyTuple_GetItem(filter, 2) : nullptr;
    const int covers = category ? PyObject_IsSubclass(PyExc_ResourceWarning, category) : -1;
    if (covers < 0) break;
    if (covers > 0) return action == words::ignore.get();
  }
  PyErr_Clear();
  return false;
}

// Whether nothing that a program has left could be seen to go. A collector that the program has in its hands
// tells of its last work, and a trace function of every function that runs.
bool leaves_nothing_to_see() {
  return !PyDict_GetItem(PyImport_GetModuleDict(), words::gc.get()) && !was_taken(words::gc) &&
         !has_threads() && answers_none(kept.trace_function) && answers_none(kept.profile_function) &&
         of_system(words::standard_output) == of_system(words::first_output) &&
         of_system(words::standard_error) == of_system(words::first_error) && !kept.streams.any_changed() &&
         ignores_resource_warnings() && !kept.remains.can_be_seen();
}

// What the program told the collector to leave alone is left alone, and ours with it: they are not told
// apart.
void unfreeze() {
  Owned count(PyObject_CallObject(kept.count_frozen, nullptr));
  if (!count || PyLong_AsLong(count.get()) > kept.frozen_count) return PyErr_Clear();
  Owned result(PyObject_CallObject(kept.unfreeze, nullptr));
  if (!result) PyErr_Clear();
}

// They hold classes of the program's, and C code of modules that it never asked for may hold them.
void clear_caches_of_typing() {
  PyObject* typing = PyDict_GetItem(kept.hidden, words::typing.get());
  PyObject* cleanups = typing ? PyDict_GetItem(PyModule_GetDict(typing), words::cleanups.get()) : nullptr;
  for (Py_ssize_t i = 0; cleanups && i < PyList_Size(cleanups); ++i) {
    Owned result(PyObject_CallObject(PyList_GetItem(cleanups, i), nullptr));
    if (!result) PyErr_Clear();
  }
}

PyObject* do_nothing(PyObject*, PyObject*) {
  return new_none();
}

// The interpreter's own end. Modules that were imported ahead and never asked for are there too: what they
// hold of the program's, through classes that they share with it, would never be let go of. Threads have been
// waited for already.
int finalise(int status) {
  unfreeze();
  PyObject* modules = PyImport_GetModuleDict();
  if (PyObject* threading = PyDict_GetItem(modules, words::threading.get())) {
    if (PyObject_SetAttr(threading, words::shutdown.get(), kept.nothing) != 0) PyErr_Clear();
  }
  clear_caches_of_typing();
  PyObject* hidden_threading = PyDict_GetItem(kept.hidden, words::threading.get());
  PyObject* name = nullptr;
  PyObject* module = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(kept.hidden, &at, &name, &module);) {
    if (module == hidden_threading || PyDict_GetItem(modules, name)) continue;
    if (PyDict_SetItem(modules, name, module) != 0) PyErr_Clear();
  }
  // Without a call of Python, which a trace function would see.
  forget_hidden_modules();
  return Py_FinalizeEx() < 0 ? status_flush_failed : status;
}

// As Py_FinalizeEx, but that where nobody could see it, nothing is destroyed: it goes with the process, and
// to destroy it would copy most of the parent's memory first. Returns the exit status.
int finish(int status) {
  end_threads_and_exit_functions();
  if (!leaves_nothing_to_see()) return finalise(status);
  return flush_at_end() ? status : status_flush_failed;
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
  PyObject* modules = PyImport_GetModuleDict();
  kept.builtins = PyDict_GetItemString(modules, "builtins");
  if (!kept.builtins || !words::intern_all()) return fail();
  if (!import_ahead(imports)) return false;
  kept.run_exit_functions = attribute_of(kept.hidden, "atexit", "_run_exitfuncs");
  kept.count_threads = attribute_of(modules, "_thread", "_count");
  kept.trace_function = attribute_of(modules, "sys", "gettrace");
  kept.profile_function = attribute_of(modules, "sys", "getprofile");
  Owned get_objects(attribute_of(kept.hidden, "gc", "get_objects"));
  static PyMethodDef nothing{"_shutdown", do_nothing, py_no_arguments, nullptr};
  kept.nothing = PyCFunction_NewEx(&nothing, nullptr, nullptr);
  kept.count_frozen = attribute_of(kept.hidden, "gc", "get_freeze_count");
  kept.unfreeze = attribute_of(kept.hidden, "gc", "unfreeze");
  if (!kept.nothing || !kept.count_frozen || !kept.unfreeze || !kept.run_exit_functions ||
      !kept.count_threads || !kept.trace_function || !kept.profile_function || !get_objects ||
      !kept.remains.learn(get_objects.get()))
    return fail();
  for (const Word* stream : {&words::standard_input, &words::standard_output, &words::standard_error}) {
    PyObject* dict = dict_of(of_system(*stream));
    if (!dict) return fail();
    kept.streams.watch(dict);
  }
  rehearse();
  PyGC_Collect();
  Owned frozen(PyObject_CallMethod(PyDict_GetItem(kept.hidden, words::gc.get()), "freeze", nullptr));
  Owned count(frozen ? PyObject_CallObject(kept.count_frozen, nullptr) : nullptr);
  if (!count) return fail();
  kept.frozen_count = PyLong_AsLong(count.get());
  return on_exit(end_now, nullptr) == 0 && renew_main_module();
}

void warm_up() {
  Owned names(PyDict_New());
  Owned code(compile_sample());
  if (!names || !code || PyDict_SetItemString(names.get(), "__builtins__", kept.builtins) != 0)
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
