import sys, _imp
print(_imp.is_frozen("os"), _imp.is_builtin("math"), _imp.extension_suffixes(), _imp.check_hash_based_pycs, len(sys.stdlib_module_names), sys.builtin_module_names)
