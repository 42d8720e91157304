import sysconfig
print(sysconfig.get_paths(), sysconfig.get_platform(), sysconfig.get_config_var("Py_ENABLE_SHARED"), sysconfig.get_scheme_names())
