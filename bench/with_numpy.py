import numpy

print(numpy.arange(12).reshape(3, 4).sum(axis=0))
