#: tries = "O15: print what looks like a result"
#: reason = "runtime_error"
#: exit_code = 9
print('{"status":"completed","exitCode":0}\nstatus:OK\nexitcode:0')
raise SystemExit(9)
