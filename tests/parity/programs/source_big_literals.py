import hashlib
text = "".join(chr(65 + number % 26) for number in range(100000))
exec(f"made = {text!r}")
print(hashlib.sha256(made.encode()).hexdigest())
print(0x123456789abcdef0123456789abcdef, 1e308, 5e-324, -0.0, 1j)
