import functools
@functools.lru_cache(maxsize=2)
def square(number): return number * number
@functools.cache
def fibonacci(number): return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)
print([square(number) for number in (1, 2, 1, 3, 2)], square.cache_info(), fibonacci(100), fibonacci.cache_info())
