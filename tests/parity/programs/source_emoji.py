print("😀", len("😀"), "👩‍👩‍👧", "\N{SNOWMAN}")
