#: exit_code = 1
def function():
    print(value)
    value = 1
function()
