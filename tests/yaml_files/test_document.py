"""What is refused in a YAML file, in which line, and with which advice."""

import time

import pytest

from blinkenlights.yaml_files.document import DEEPEST, MOST_BYTES, read_document
from blinkenlights.yaml_files.mistakes import BadFile


def mistakes(text: str | bytes) -> list[str]:
    """Return what is wrong with a file."""
    with pytest.raises(BadFile) as bad:
        read_document(text.encode() if isinstance(text, str) else text)
    return [str(each) for each in bad.value.mistakes]


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        ("a:\n  cron: * * * * *\n", 2, 'quotes, as in "* * * * *"'),
        ("a:\n  cron: @hourly\n", 2, "quote what begins with @"),
        ("a:\n\tb: 1\n", 2, "indent with blanks, not with tabs"),
        ("a: b\n  c: d\n", 2, "there are further keys below a value"),
        ("a: 1\n---\nb: 2\n", 2, "write one document in a file"),
        ("a: 1\nb: 2\na: 3\n", 3, "'a' is there already, in line 1; remove one of them"),
        ("a:\n  b: 1\n  b: 1\n", 3, "'b' is there already, in line 2; remove one of them"),
        ("a: [{b: 1, b: 2}]\n", 1, "'b' is there already"),
        ("a: &x 1\nb: *x\n", 2, "*x is an alias; write out what it stands for"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", 3, "*x is an alias"),
        ("a: 1\nb: *x\n", 2, "a text that begins with * wants quotes"),
        ("a: 1\n? [b]\n: 2\n", 2, "a key has to be a text"),
        ("a: !!python/object:os.system {}\n", 1, "means nothing here; remove it"),
        ("a: 1\nb: !secret c\n", 2, "means nothing here; remove it"),
        ("a: 1\nb: " + "9" * 5000, 2, "too large a number; quote it"),
        ("a: 1\nb: 1.0e+999\n", 2, "too large a number; quote it"),
        (b"a: 1\nb: \xff\n", 2, "save it as UTF-8"),
    ],
)
def test_a_mistake_has_its_line_and_says_what_to_do(
    text: str | bytes, line: int, advice: str
) -> None:
    """Whatever YAML would take without a word, or refuse in words of its own."""
    (found,) = mistakes(text)

    assert found.startswith(f"line {line}: ")
    assert advice in found


def test_all_keys_that_are_there_twice_are_named_at_once() -> None:
    """One look repairs a file."""
    assert len(mistakes("a: 1\na: 2\nb: {c: 1, c: 2}\n")) == 2


def test_what_to_do_about_a_key_may_be_known_better() -> None:
    """It is said of the keys of the file, not of those below them."""
    with pytest.raises(BadFile, match="write a list"):
        read_document(b"a: 1\na: 2\n", {"a": "write a list"})
    with pytest.raises(BadFile, match="remove one of them"):
        read_document(b"b:\n  a: 1\n  a: 2\n", {"a": "write a list"})


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "a: " + "[1," * 900 + "]" * 900,
        "a: " + "{b: [1, " * 200 + "]}" * 200,
        "\n".join(" " * level + "a:" for level in range(400)),
    ],
    ids=["[", "{", "-", "?", "[1,", "{b: [1,", "indented"],
)
def test_a_deep_file_is_refused(text: str) -> None:
    """Neither the parser nor what reads its tree runs out of a stack."""
    assert any("nest" in each for each in mistakes(text))


def test_what_is_as_deep_as_allowed_is_read() -> None:
    """The bound itself is fine."""
    text = "[" * DEEPEST + "]" * DEEPEST

    assert read_document(text.encode()).data is not None
    assert "nested deeper" in mistakes(f"[{text}]")[0]


def test_an_alias_bomb_is_refused_at_once() -> None:
    """Nine levels of nine aliases are not walked."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    start = time.process_time()

    found = mistakes("\n".join(lines))

    assert "line 2: *a0 is an alias" in found[0]
    assert time.process_time() - start < 1.0


def test_a_large_file_is_refused() -> None:
    """It is not even parsed."""
    assert mistakes(b"#" * (MOST_BYTES + 1)) == [f"has more than {MOST_BYTES} bytes; split it"]


@pytest.mark.parametrize("text", ["", "# a remark\n", "---\n"])
def test_an_empty_file_says_nothing(text: str) -> None:
    """That is no mistake."""
    assert read_document(text.encode()).data is None


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    """Editors on Windows write it."""
    assert read_document(b"\xef\xbb\xbfa: 1\n").data == {"a": 1}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1:30", "1:30"),
        ("0x1F", "0x1F"),
        ("2026-11-28", "2026-11-28"),
        ("yes", True),
        ("off", False),
        ("~", None),
        ("", None),
        ("17", 17),
        ("-1.5", -1.5),
        ('"17"', "17"),
        ("18446744073709551615", 18446744073709551615),
    ],
)
def test_a_value_is_what_people_mean_by_it(written: str, value: object) -> None:
    """Numbers to the base of sixty and dates stay texts."""
    assert read_document(f"a: {written}\n".encode()).data == {"a": value}
