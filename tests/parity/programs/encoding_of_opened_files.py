with open("made", "w") as made:
    print(made.encoding, made.errors)
    made.write("naïve ☃\n")
print(open("made", "rb").read(), open("made").read())
