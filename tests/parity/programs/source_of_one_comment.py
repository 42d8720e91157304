#: code = "# only a comment"
