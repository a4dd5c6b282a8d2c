"""Thresholds mean what the plugin guidelines say, and nothing else is taken for one."""

from argparse import ArgumentTypeError
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.plugin.nagios import Range
from blinkenlights.plugin.ranges import age_range, duration, value_range, whole_number, written

NEVER: list[float] = []


@pytest.mark.parametrize(
    ("text", "alerts", "quiet"),
    [
        pytest.param("10", [-1, 10.01, 11, inf], [0, 5, 10], id="below-0-or-above-10"),
        pytest.param("0", [-1, 1, 5], [0], id="anything-but-0"),
        pytest.param("10:", [9.99, 0, -1], [10, 11, 1e9], id="below-10"),
        pytest.param("~:10", [10.01, 11], [-inf, -5, 0, 10], id="above-10"),
        pytest.param("10:20", [9.99, 20.01, -15], [10, 15, 20], id="outside-10-to-20"),
        pytest.param("@10:20", [10, 15, 20], [9.99, 20.01], id="inside-10-to-20"),
        pytest.param("@10", [0, 5, 10], [-1, 11], id="inside-0-to-10"),
        pytest.param("@~:10", [-5, 10], [10.01], id="up-to-10"),
        pytest.param("@10:", [10, 11], [9.99], id="10-or-more"),
        pytest.param("-10:10", [-11, 11], [-10, 0, 10], id="around-0"),
        pytest.param("-20:-10", [-21, -9], [-20, -15, -10], id="below-0-only"),
        pytest.param("10:10", [9, 11], [10], id="exactly-10"),
        pytest.param("0.5:1.5", [0.4, 1.6], [0.5, 1, 1.5], id="fractions"),
        pytest.param(".5", [0.6], [0.5], id="no-leading-digit"),
        pytest.param(" 5", [6], [5], id="blank-before"),
        pytest.param("0:", [-1], [0, 5], id="below-0"),
    ],
)
def test_a_range_alerts_outside(text: str, alerts: list[float], quiet: list[float]) -> None:
    """Ends are inclusive; a missing start is 0, a missing end has no bound, `@` turns it round."""
    limit = value_range(text)

    assert [value for value in alerts if limit.match(value)] == NEVER
    assert [value for value in quiet if not limit.match(value)] == NEVER


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" ", id="blank"),
        pytest.param("20:10", id="start-above-end"),
        pytest.param("~", id="tilde"),
        pytest.param("~:", id="no-bound-at-all"),
        pytest.param(":", id="colon"),
        pytest.param("@", id="at"),
        pytest.param("@:", id="at-colon"),
        pytest.param("@~:", id="everything"),
        pytest.param("abc", id="word"),
        pytest.param("10:20:30", id="three-ends"),
        pytest.param("10..20", id="dots"),
        pytest.param("1_000", id="underscore"),
        pytest.param("1,5", id="comma"),
        pytest.param("1e3", id="exponent"),
        pytest.param("-5", id="end-below-start"),
        pytest.param("nan", id="nan"),
        pytest.param("inf", id="inf"),
        pytest.param("10:inf", id="inf-end"),
        pytest.param("0x10", id="hexadecimal"),
        pytest.param("٣", id="other-digits"),
        pytest.param("10%", id="unit"),
        pytest.param("10:~", id="tilde-at-the-end"),
        pytest.param("@@10", id="at-twice"),
        pytest.param("10\n20", id="newline"),
    ],
)
def test_what_is_no_range(text: str) -> None:
    """What the guidelines do not allow is refused with a sentence that quotes it."""
    with pytest.raises(ArgumentTypeError, match=r"\S"):
        value_range(text)


def test_a_negative_end_says_what_to_write() -> None:
    """Someone who types -5 is told the two things it may mean."""
    with pytest.raises(ArgumentTypeError, match="-5: for no less, or a tilde and :-5 for no more"):
        value_range("-5")


def test_what_to_write_can_be_shown() -> None:
    """No tilde, which would come out as something that is no range either."""
    with pytest.raises(ArgumentTypeError) as refused:
        value_range("abc")

    assert "~" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200), ("1d", 86400), ("1w", 604800), ("0", 0)],
)
def test_durations(text: str, seconds: float) -> None:
    """A number is seconds; one letter makes it minutes, hours, days or weeks."""
    assert duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "s", "-5", "5 m", "5M", "5ms", "1h30m", "1e3", "1_0", "٣", ".5s", "nan", "5m\n6"]
)
def test_what_is_no_duration(text: str) -> None:
    """Everything else is refused: no sign, no second unit, no other digits."""
    with pytest.raises(ArgumentTypeError, match="is not a duration"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("2m", Range("0:120")),
        ("30s:", Range("30:")),
        ("30s:10m", Range("30:600")),
        ("@1h:2h", Range("@3600:7200")),
        ("~:2m", Range("~:120")),
        ("0.5", Range("0:0.5")),
        ("1d", Range("0:86400")),
        ("0.00001", Range("0:0.00001")),
    ],
)
def test_ranges_of_ages(text: str, limit: Range) -> None:
    """The ends of a range of ages may be durations."""
    assert age_range(text) == limit


@pytest.mark.parametrize("text", ["", "2m:1m", "abc", ":", "@:", "-5:5", "5m:6m:7m", "~", "1e3"])
def test_what_is_no_range_of_ages(text: str) -> None:
    """A range of ages is refused like any other, and an age is never negative."""
    with pytest.raises(ArgumentTypeError):
        age_range(text)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1_0", "٣", " 1", "1e2", "two"])
def test_what_is_no_whole_number(text: str) -> None:
    """A number of instances has digits only."""
    with pytest.raises(ArgumentTypeError, match="is not a whole number"):
        whole_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "10",
        "0",
        "0:",
        "10:",
        "~:10",
        "10:20",
        "@10:20",
        "@10",
        "@~:10",
        "@10:",
        "-10:10",
        "0.00001",
    ],
)
def test_a_range_in_performance_data(text: str) -> None:
    """It is written as it was read, without exponents."""
    assert written(value_range(text)) == text


def test_no_range_in_performance_data() -> None:
    """No threshold is an empty text."""
    assert written(None) == ""


NUMBERS = st.decimals(-(10**6), 10**6, places=3).map(lambda number: f"{number:f}")


@given(NUMBERS, NUMBERS, st.booleans(), st.floats(-2e6, 2e6))
def test_any_range_judges_as_written(low: str, high: str, inverted: bool, value: float) -> None:
    """For any two ends, a value alerts exactly when it lies outside, or inside with `@`."""
    low, high = sorted((low, high), key=float)

    limit = value_range(f"{'@' * inverted}{low}:{high}")

    assert limit.match(value) == ((float(low) <= value <= float(high)) != inverted)


@given(st.text(alphabet="0123456789.:@~-smhdw e_", max_size=8) | st.text(max_size=6))
def test_any_text_is_a_range_or_refused(text: str) -> None:
    """No text makes the parsers fail in another way."""
    for parse in (value_range, age_range, duration, whole_number):
        try:
            parse(text)
        except ArgumentTypeError as error:
            said = str(error)
        else:
            said = "a range"

        assert said
