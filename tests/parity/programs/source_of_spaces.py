#: code = "   \n\n\t\n   "
