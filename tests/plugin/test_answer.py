"""Output that every core and every parser takes: states, lengths, labels and figures."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.plugin.answer import Answer, Figure, label, unique_labels
from blinkenlights.plugin.words import clean

ITEM = re.compile(r"[a-z0-9_]+=-?[0-9]+(\.[0-9]+)?(s|%|B)?(;[-0-9.:@~]*){0,4}")


def test_the_first_line() -> None:
    """It begins with the check and the state's word, and ends with the performance data."""
    answer = Answer("heartbeat", 2, "x is silent", ["more"], [Figure("total", 3)])

    assert answer.text(with_details=False, with_figures=True) == (
        "HEARTBEAT CRITICAL: x is silent | total=3"
    )
    assert answer.text(with_details=True, with_figures=False) == (
        "HEARTBEAT CRITICAL: x is silent\nmore"
    )


@pytest.mark.parametrize(
    ("code", "word"), [(0, "OK"), (1, "WARNING"), (2, "CRITICAL"), (3, "UNKNOWN")]
)
def test_the_word_is_that_of_the_exit_code(code: int, word: str) -> None:
    """The word and the exit code never disagree."""
    assert Answer("x", code, "y").line == f"X {word}: y"


def test_a_long_summary_is_cut_at_255_bytes() -> None:
    """The narrowest place a line ends up in is a database column of 255 bytes."""
    line = Answer("x", 0, "é" * 300).line

    assert len(line.encode()) <= 255
    assert line.endswith("é...")


def test_many_figures_are_cut_between_items() -> None:
    """Half an item would cost the others: what does not fit is left out whole."""
    answer = Answer("x", 0, "y", figures=[Figure(f"label_{n}", n / 7) for n in range(1000)])

    text = answer.text(with_details=False, with_figures=True)

    assert len(text.encode()) <= 4096
    items = text.partition(" | ")[2].split(" ")
    assert len(items) > 100
    assert items == [str(figure) for figure in answer.figures[: len(items)]]


def test_many_details_are_cut_between_lines() -> None:
    """Lines that do not fit are left out whole, and their number is said."""
    answer = Answer("x", 2, "y", [f"CRITICAL: component {n} {'é' * 20}" for n in range(1000)])

    text = answer.text(with_details=True, with_figures=True)

    assert len(text.encode()) <= 4096
    *lines, last = text.split("\n")[1:]
    assert lines == list(answer.details[: len(lines)])
    assert last == f"and {1000 - len(lines)} more lines, see --json"


def test_details_and_figures_share_the_space() -> None:
    """With both, the performance data stays on the first line, and the whole fits."""
    figures = [Figure(f"label_{n}", n) for n in range(1000)]
    answer = Answer("x", 0, "y", ["d" * 100] * 100, figures)

    text = answer.text(with_details=True, with_figures=True)

    assert len(text.encode()) <= 4096
    assert " | " in text.split("\n")[0]
    assert "|" not in "".join(text.split("\n")[1:])


@pytest.mark.parametrize(
    ("figure", "item"),
    [
        (Figure("a", 1), "a=1"),
        (Figure("a", 1.5, "s", "10", "20", "0", "100"), "a=1.5s;10;20;0;100"),
        (Figure("a", 0.1 + 0.2), "a=0.3"),
        (Figure("a", 1e-05, "s"), "a=0.00001s"),
        (Figure("a", 1e22), "a=10000000000000000000000"),
        (Figure("a", -0.0), "a=0"),
        (Figure("a", 3, "%", "", "90"), "a=3%;;90"),
        (Figure("a", 3, least="0"), "a=3;;;0"),
    ],
)
def test_figures_as_the_guidelines_have_them(figure: Figure, item: str) -> None:
    """Plain decimals, the unit behind the value, no trailing semicolons."""
    assert str(figure) == item
    assert ITEM.fullmatch(item)


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), float("-inf")])
def test_a_figure_without_a_number_is_left_out(value: float | None) -> None:
    """`U`, `nan` and `None` break parsers; a missing item breaks none."""
    answer = Answer("x", 3, "y", figures=[Figure("a", value), Figure("b", 1)])

    assert answer.text(with_details=False, with_figures=True).endswith(" | b=1")
    assert json.loads(answer.json())["perfdata"] == {"b": 1}


def test_no_figures_no_separator() -> None:
    """Without figures there is no `|`."""
    assert Answer("x", 3, "y").text(with_details=True, with_figures=True) == "X UNKNOWN: y"


def test_json_is_one_line_with_everything() -> None:
    """For programs: state, code, all details uncut, and what else is known."""
    answer = Answer("x", 1, "é", ["d"] * 2000, [Figure("a", 1)], {"judged_at": 5.0})

    text = answer.json()

    assert "\n" not in text
    assert text.isascii()
    assert json.loads(text) == {
        "check": "x",
        "state": "WARNING",
        "code": 1,
        "summary": "é",
        "details": ["d"] * 2000,
        "perfdata": {"a": 1},
        "judged_at": 5.0,
    }


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("SMPP Transport 1", "smpp_transport_1"),
        ("a--b..c", "a_b_c"),
        ("::1", "1"),
        ("system:worker", "system_worker"),
        ("'quoted' = \"x\"", "quoted_x"),
        ("Zürich", "z_rich"),
        ("日本", "unnamed"),
        ("|", "unnamed"),
        ("a\n", "a"),
    ],
)
def test_labels(name: str, folded: str) -> None:
    """A label has lower letters, digits and underscores only: no core reads another meaning."""
    assert label(name) == folded


@given(st.lists(st.text(alphabet="aA -_2é=|'", max_size=4), unique=True), st.text(max_size=5))
def test_labels_of_many_names(names: list[str], key: str) -> None:
    """However alike names are, each has its own label, and every label is one."""
    labels = unique_labels(names, key)

    assert labels.keys() == set(names)
    assert len(set(labels.values())) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+", one) for one in labels.values())


def test_labels_that_would_be_one_have_a_hash_of_the_name() -> None:
    """Each is told by its name alone, so that none takes another's when the fleet changes."""
    two = unique_labels(["mail 1", "Mail-1", "web"], "depth")
    three = unique_labels(["MAIL 1", "mail 1", "Mail-1", "a"], "depth")

    assert two == {
        "mail 1": "mail_1_depth_62434d8f",
        "Mail-1": "mail_1_depth_d04136f4",
        "web": "web_depth",
    }
    assert {name: three[name] for name in ("mail 1", "Mail-1")} == {
        name: two[name] for name in ("mail 1", "Mail-1")
    }


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, min_size=1))
def test_labels_do_not_depend_on_order(names: list[str]) -> None:
    """A name has the same label in whatever order the store gives them."""
    assert unique_labels(names, "v") == unique_labels(names[::-1], "v")


@given(
    st.text().map(clean),
    st.lists(st.text().map(clean), max_size=30),
    st.lists(st.floats() | st.none(), max_size=30),
    st.integers(0, 3),
)
def test_any_answer_is_within_bounds(
    summary: str, details: list[str], values: list[float | None], code: int
) -> None:
    """Whatever is to be said, the first line is clean and short and every item can be read."""
    figures = [Figure(f"f{n}", value, "s", "1", "2") for n, value in enumerate(values)]

    text = Answer("x", code, summary, details, figures).text(with_details=True, with_figures=True)

    assert len(text.encode(errors="backslashreplace")) <= 4096
    first, bar, perfdata = text.split("\n")[0].partition(" | ")
    assert len(first.encode(errors="backslashreplace")) <= 255
    assert "|" not in first
    assert all(ITEM.fullmatch(item) for item in perfdata.split(" ") if bar)
