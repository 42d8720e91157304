# A generator that nobody has asked yet is at the end of its first block.
import random
print(random.getstate()[0], random.getstate()[1][-1], random.getstate()[2], random._inst.gauss_next)
