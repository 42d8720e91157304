import traceback
for text in ("1 +", "x = 1", "(", "'", "\t1 1", "1\n2", "é é", "lambda: (yield) = 1", "\x00"):
    try:
        eval(text)
    except (SyntaxError, ValueError):
        traceback.print_exc()
