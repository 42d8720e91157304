#: exit_code = 1
match 1:
    case x: pass
    case 2: pass
