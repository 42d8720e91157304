"""Each language that this host has runs a program; each tells a program's mistakes from its own."""
import pytest

HELLO = {
    "python": 'print("Hello, World!")',
    "c": '#include <stdio.h>\nint main(void) { puts("Hello, World!"); return 0; }',
    "cpp": '#include <iostream>\nint main() { std::cout << "Hello, World!\\n"; }',
    "javascript": 'console.log("Hello, World!")',
    "bash": 'echo "Hello, World!"',
}


@pytest.mark.parametrize("language", sorted(HELLO))
def test_what_a_test_machine_has_is_found(runtimes, language):
    assert language in runtimes


@pytest.mark.parametrize("language", sorted(HELLO))
def test_a_program_says_hello(client, language):
    result = client.run(HELLO[language], language=language)
    assert result["status"] == "completed", result
    assert result["result"] == "Hello, World!"
    assert result["language"] == language


def test_an_alias_names_its_language(client, runtimes):
    for runtime in runtimes.values():
        for alias in runtime["aliases"]:
            if runtime["name"] == "python":
                assert client.run("print(1)", language=alias)["language"] == "python"


@pytest.mark.parametrize("language, code", [("c", "int main(void) { return 0 }"), ("cpp", "int main() { return x; }")])
def test_a_program_that_does_not_compile_shows_what_the_compiler_says(client, language, code):
    result = client.run(code, language=language)
    assert result["status"] == "failed"
    assert result["reason"] == "compile_error"
    assert "error" in result["compileOutput"]
    assert "error" in result["result"]
    assert result["stdout"] == ""


def test_a_warning_does_not_fail_a_program(client):
    result = client.run('#include <stdio.h>\n#warning careful\nint main(void) { puts("ok"); return 0; }', language="c")
    assert result["status"] == "completed"
    assert result["result"] == "ok"
    assert "careful" in result["compileOutput"]


def test_the_same_source_compiled_again_gives_the_same_result(client):
    code = '#include <stdio.h>\nint main(void) { int c, n = 0; while ((c = getchar()) != EOF) n++; printf("%d", n); }'
    for length in (1, 5, 9):
        assert client.run(code, language="c", stdin="x" * length)["result"] == str(length)
