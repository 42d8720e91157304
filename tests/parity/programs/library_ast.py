import ast
print(ast.dump(ast.parse("x = [1, 'é']"), indent=1), ast.unparse(ast.parse("x=(1,2)")), ast.literal_eval("{1: [2]}"))
