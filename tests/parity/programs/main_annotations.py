print(__annotations__)
value: int = 3
print(__annotations__)
