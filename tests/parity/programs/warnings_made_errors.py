#: exit_code = 1
import warnings
warnings.simplefilter("error")
warnings.warn("an error now")
