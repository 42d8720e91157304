// sandbox/warm/hidden_modules.h - the part of import_ahead.py that every import statement of a program goes
// through. It is here because Python, where it only looks, still counts references, and each count is a write
// that copies a page.
#pragma once

#include "sandbox/warm/python_api.h"

namespace code_exec::sandbox {

// Gives import_ahead.py its functions:
//   watch(owners, plans)   modules and classes whose namespaces decide what an import finds; from here on
//                          that, sys.path behind its first entry, sys.meta_path and sys.path_hooks are as
//                          they have to be. `plans`: name -> (module, package or None, attribute or None,
//                          calls to make as (function, arguments,
//                          named arguments)).
//   may_be_taken(closure)  whether an import would have found each of these names, a tuple, that is not in
//                          sys.modules yet where `plans` has it from.
//   take(closure)          puts those into sys.modules, in this order.
bool add_hidden_modules(PyObject* globals);

}  // namespace code_exec::sandbox
