import sqlite3
connection = sqlite3.connect(":memory:")
connection.create_function("fail", 0, lambda: 1 / 0)
try:
    connection.execute("select fail()")
except sqlite3.OperationalError as error:
    print(error)
