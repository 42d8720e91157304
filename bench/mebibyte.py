for number in range(1 << 14):
    print(f"{number:063}")
