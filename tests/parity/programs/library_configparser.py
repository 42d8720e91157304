import configparser, tomllib
parser = configparser.ConfigParser()
parser.read_string("[a]\nb = 1\nc = %(b)s2\n")
print(dict(parser["a"]), tomllib.loads("a = [1, 2]"))
