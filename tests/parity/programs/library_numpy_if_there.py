try:
    import numpy
except ImportError:
    print("no numpy")
else:
    numpy.random.seed(1)
    print(numpy.arange(5).sum(), numpy.random.rand(3), numpy.linalg.inv(numpy.eye(2)), numpy.get_printoptions()["precision"])
