#: code = "\uFEFF"
