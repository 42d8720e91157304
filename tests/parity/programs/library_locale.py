import locale
for name in ("de_DE.UTF-8", "C", "C.UTF-8", ""):
    try:
        print(repr(name), locale.setlocale(locale.LC_ALL, name), locale.getpreferredencoding())
    except locale.Error as error:
        print(repr(name), error)
print(locale.format_string("%.2f", 1234567.891, grouping=True))
