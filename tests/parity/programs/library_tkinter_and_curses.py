import curses
try:
    curses.setupterm()
    print("terminal")
except curses.error as error:
    print(error)
