#: code = "\uFEFFprint('after a mark', 'é')\n"
