// sandbox/warm/hidden_modules.h - the part of import_ahead.py that every import statement of a program goes
// through. It is here because Python, where it only looks, still counts references, and each count is a write
// that copies a page.
#pragma once

#include "sandbox/warm/python_api.h"
#include "sandbox/warm/words.h"

namespace code_exec::sandbox {

// Gives import_ahead.py its functions:
//   keep(importlib, find_and_load, collections)  what forget_hidden_modules() gives back and empties: dicts
//   watch(owners, plans, finder)  modules and classes whose namespaces decide what an import finds; from here
//                          on that, sys.path behind its first entry, sys.meta_path, sys.path_hooks and the
//                          paths of packages are as they have to be. `plans`: name -> (module, the package it
//                          is an attribute of or None, attribute or None, calls to make as (function,
//                          arguments, named arguments), the package it is in or None). `finder`: the class of
//                          what finds modules in a directory.
//   may_be_taken(closure)  whether an import would have found each of these names, a tuple, that is not in
//                          sys.modules yet where `plans` has it from.
//   take(closure)          puts those into sys.modules, in this order.
bool add_hidden_modules(PyObject* globals);

// Lets go of everything that is hidden: the interpreter is as it would be without.
void forget_hidden_modules();

// Whether a module was given to the program.
bool was_taken(const Word& name);

}  // namespace code_exec::sandbox
