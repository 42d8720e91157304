class Said:
    def __del__(self):
        with open("made", "w") as made:
            made.write("text")
        print(open("made").read())
said = Said()
