1 + 1
"text"
None
_ = 5
print(_)
