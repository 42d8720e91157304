#: exit_code = 1
def convert(text):
    try:
        return int(text)
    except ValueError as error:
        raise RuntimeError("not converted") from error
convert("x")
