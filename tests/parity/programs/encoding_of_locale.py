import locale, sys
print(locale.getpreferredencoding(), locale.getpreferredencoding(False), locale.getencoding(), locale.getlocale())
print(locale.setlocale(locale.LC_ALL), [locale.setlocale(getattr(locale, name)) for name in ("LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE")])
print(sorted(locale.localeconv().items()))
print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.flags.utf8_mode)
