import re
print(re.sub(r"(?P<word>\w+)", lambda match: match["word"].title(), "some words, naïve"), re.findall(r"\d+", "1 22 333"), re.compile("a|b", re.I), re.split(r"[,;]", "a,b;c"))
