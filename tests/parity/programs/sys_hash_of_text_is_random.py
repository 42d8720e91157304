# Not with a fixed seed: PYTHONHASHSEED is not set.
import os, sys
print("PYTHONHASHSEED" in os.environ, sys.flags.hash_randomization)
