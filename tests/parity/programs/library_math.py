import cmath, decimal, fractions, math, statistics
print(math.pi, math.comb(50, 25), math.gcd(12, 18), math.fsum([0.1] * 10), math.nan, cmath.sqrt(-1), math.isqrt(10 ** 20), math.dist((0, 0), (3, 4)))
print(statistics.stdev([1, 2, 4]), fractions.Fraction("0.125"), decimal.Decimal("1.10").quantize(decimal.Decimal("0.1")), 2 ** 200, 10 ** 30 // 7, divmod(-7, 2), round(2.5))
