#: exit_code = 1
import warnings
warnings.simplefilter("error")
exec("x = '\\d'")
