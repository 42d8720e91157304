import sys
class Said:
    def __init__(self, sys=sys): self.sys = sys
    def __del__(self):
        for name in ("path", "argv", "meta_path", "path_hooks", "path_importer_cache", "ps1", "flags", "modules", "executable",
                     "last_type", "stdin", "stdout", "stderr", "__stdout__", "displayhook", "excepthook", "orig_argv",
                     "warnoptions", "float_info", "stdlib_module_names"):
            print(name, type(getattr(self.sys, name, "absent")).__name__)
said = Said()
