#: exit_code = 12
raise SystemExit(12)
