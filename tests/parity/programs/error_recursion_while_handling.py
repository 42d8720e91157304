#: exit_code = 1
def deeper():
    try:
        deeper()
    except RecursionError:
        raise ValueError("at the bottom")
deeper()
