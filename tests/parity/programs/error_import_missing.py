#: exit_code = 1
import missing_module.part
