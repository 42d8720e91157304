#: exit_code = 1
{}["a key with 'quotes' and ☃"]
