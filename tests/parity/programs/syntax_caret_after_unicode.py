#: exit_code = 1
schöne_variable = "漢字" + + + ) 
