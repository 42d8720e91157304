import imp
import asyncore
print(imp.__name__, asyncore.__name__)
