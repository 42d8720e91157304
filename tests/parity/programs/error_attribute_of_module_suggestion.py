#: exit_code = 1
import math
math.sqr(2)
