for number in range(65536): print(f"{number:015}")
