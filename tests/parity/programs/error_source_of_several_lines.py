#: exit_code = 1
result = sum(
    [
        1,
        "two",
    ]
)
