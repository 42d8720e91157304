#: differs = "modules that were imported ahead come without the steps of an import: no events, no finders made, no depth of recursion, nothing of what the program has put in the place of functions they took"
import sys
def hook(event, arguments):
    if event in ("import", "exec", "compile", "open") and not hook.quiet:
        print(event, arguments[0] if event in ("import", "open") else type(arguments[0]).__name__)
hook.quiet = False
sys.addaudithook(hook)
import json
hook.quiet = True
