#: code = "#!/usr/bin/python3\n# vim: set fileencoding=iso-8859-15 :\nprint(ascii('€'))\n"
