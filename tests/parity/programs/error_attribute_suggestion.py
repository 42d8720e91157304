#: exit_code = 1
class Own:
    attribute = 1
Own().atribute
