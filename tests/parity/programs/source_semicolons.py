x = 1; y = 2; print(x + y);
if x: y = 3; print(y)
