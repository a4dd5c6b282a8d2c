"""How checks say things: one clean, short line, whatever the names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.plugin.words import (
    LINE_BYTES,
    brief,
    clean,
    count,
    listing,
    plain,
    shorten,
    span,
)

UNSAFE = set('|;$`"<>&~')
"""What separates performance data, or what Nagios strips from macros, and shells expand."""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0s"),
        (0.4, "0.4s"),
        (9.96, "10.0s"),
        (12, "12s"),
        (59.9, "59s"),
        (60, "1m"),
        (252, "4m 12s"),
        (3600, "1h"),
        (3661, "1h 1m"),
        (93600, "1d 2h"),
        (86401, "1d 1s"),
        (-30, "-30s"),
    ],
)
def test_durations_in_words(seconds: float, said: str) -> None:
    """A duration has its two largest units, and tenths below ten seconds."""
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (-0.0, "0"),
        (7, "7"),
        (0.1 + 0.2, "0.3"),
        (1e-05, "0.00001"),
        (1e-9, "0.000000001"),
        (-4e-7, "-0.0000004"),
        (0.1 + 0.2 - 0.3, "0"),
        (-1e-17, "0"),
        (1e22, "10000000000000000000000"),
        (1234567.25, "1234567.25"),
        (-1.5, "-1.5"),
        (100, "100"),
    ],
)
def test_numbers_without_exponent(number: float, said: str) -> None:
    """Numbers have no exponent and no rounding noise: parsers choke on both."""
    assert plain(number) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (42.5, "42.5"),
        (123456789012345.0, "123456789012345"),
        (-3.4e38, "-3.4e+38"),
        (1e300, "1e+300"),
    ],
)
def test_long_numbers_in_words(number: float, said: str) -> None:
    """People get an exponent where only digits would follow."""
    assert brief(number) == said


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_digits(number: float) -> None:
    """Every finite number is a sign, digits and at most one point."""
    said = plain(number)

    assert float(said) == pytest.approx(number, abs=1e-6)
    assert set(said) <= set("-0123456789.")


@given(st.text())
def test_any_text_becomes_one_clean_line(text: str) -> None:
    """Nothing that comes from outside breaks the line, the performance data or a terminal."""
    said = clean(text)

    assert said.isprintable()
    assert not set(said) & UNSAFE
    assert len(said) == len(text)
    assert clean(said) == said


def test_ordinary_names_stay_as_they_are() -> None:
    """What does no harm is shown as it is, in every script."""
    name = "SMPP Transport 1: é 日本 O'Brien (x/y) 50%"

    assert clean(name) == name


@pytest.mark.parametrize(
    ("items", "total", "said"),
    [
        ([], None, ""),
        (["a"], None, "a"),
        (["a", "b", "c"], None, "a, b, c"),
        (["a", "b", "c", "d"], None, "a, b, c and 1 more"),
        (["a"], 10, "a and 9 more"),
        ([], 10, "10 of them"),
    ],
)
def test_lists_are_capped(items: list[str], total: int | None, said: str) -> None:
    """The first three are named, and how many more there are is said."""
    assert listing(items, 3, total) == said


@given(st.text(), st.integers(3, 60))
def test_shortening_keeps_whole_characters(text: str, most: int) -> None:
    """A cut text fits, is valid UTF-8, says that it was cut, and begins as it began."""
    said = shorten(text, most)

    assert len(said.encode(errors="backslashreplace")) <= most
    if said != text:
        assert said.endswith("...")
        assert text.encode(errors="backslashreplace").startswith(said[:-3].encode())


def test_short_texts_are_not_cut() -> None:
    """At the limit nothing is cut."""
    assert shorten("é" * 127 + "x", LINE_BYTES) == "é" * 127 + "x"


def test_counts() -> None:
    """One is said otherwise than many."""
    assert count(1, "component") == "1 component"
    assert count(0, "component") == "0 components"
