import sqlite3
connection = sqlite3.connect("made.db")
with connection:
    connection.execute("create table t (a integer, b text)")
    connection.executemany("insert into t values (?, ?)", [(1, "é"), (2, None)])
print(list(connection.execute("select * from t order by a desc")), sqlite3.sqlite_version, sqlite3.threadsafety)
