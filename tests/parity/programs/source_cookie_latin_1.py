#: code = "# -*- coding: latin-1 -*-\nprint(ascii('é'), 'é')\n"
