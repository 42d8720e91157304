import traceback
def outer(): traceback.print_stack()
outer()
print(traceback.format_stack())
