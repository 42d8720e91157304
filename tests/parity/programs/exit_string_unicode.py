#: exit_code = 1
import sys
sys.exit("naïve ☃ \udc80 \ud800")
