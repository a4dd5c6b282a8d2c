"""What a series is called: one name for each, from which its parts come back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.metric.identity import (
    Identity,
    beginning,
    identity_of,
    is_presence,
    is_whole,
    series_of,
)
from blinkenlights.kinds.metric.labels import label_of
from blinkenlights.kinds.metric.selection import Selection

TEXT = st.text("ab.@{}=,\\*[]", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("name", "host", "tags", "series"),
    [
        ("cpu.percent", "", {}, "cpu.percent"),
        ("cpu.percent", "web1", {}, "cpu.percent@web1"),
        ("cpu", "web1", {"b": "2", "a": "1"}, "cpu@web1{a=1,b=2}"),
        ("cpu", "", {"a": "1"}, "cpu{a=1}"),
        ("a@b", "h{", {"k=": "v,}"}, "a\\@b@h\\{{k\\==v\\,\\}}"),
    ],
)
def test_what_it_is_called(name: str, host: str, tags: dict[str, str], series: str) -> None:
    """Name, host and tags in order; what would end a part is escaped."""
    assert series_of(name, host, tags) == series
    assert identity_of(series) == Identity(name, host, tags)


@given(TEXT, TEXT | st.just(""), st.dictionaries(TEXT, TEXT, max_size=3))
def test_its_parts_come_back(name: str, host: str, tags: dict[str, str]) -> None:
    """Whatever they hold; and it begins as the ranges of names have it."""
    series = series_of(name, host, tags)

    assert identity_of(series) == Identity(name, host, tags)
    assert series.startswith(beginning(name, host))
    assert is_whole(series) == bool(host or tags)


@given(TEXT, TEXT | st.just(""), st.dictionaries(TEXT, TEXT, max_size=2), TEXT)
def test_its_name_finds_it(name: str, host: str, tags: dict[str, str], other: str) -> None:
    """It lies in the span that is searched for its name, with and without its host."""
    series = series_of(name, host, tags)

    called, other = beginning(name), beginning(other)
    selections = [Selection([called]), Selection([called], host), Selection([series]), Selection()]
    for selection in selections:
        spans = selection.spans()
        searched = matcher(selection.searches())
        assert any(_is_between(series, *span) for span in spans) or searched(series)
        assert selection.chooser()(series)
    if other != called and not is_glob(other):
        assert not Selection([other]).chooser()(series)


def _is_between(series: str, lower: str, upper: str | bytes) -> bool:
    encoded, end = series.encode(), upper if isinstance(upper, bytes) else upper.encode()
    above = encoded >= lower[1:].encode() if lower[0] == "[" else encoded > lower[1:].encode()
    return above and (encoded <= end[1:] if end[:1] == b"[" else encoded < end[1:])


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ("heartbeat", True),
        ("www.heartbeat@web1{node=2}", True),
        ("heartbeat{node=2}", True),
        ("heartbeats@web1", False),
        ("cpu@heartbeat", False),
        ("cpu{kind=heartbeat}", False),
        ("www.heartbeat.age@web1", False),
    ],
)
def test_which_say_that_a_node_is_there(series: str, expected: bool) -> None:
    """Those whose name ends with `heartbeat`, as a part of its own."""
    assert is_presence(series) == expected


def test_labels_are_of_their_series_alone() -> None:
    """Plain names are told apart by their separators, all others by a hash of the whole."""
    labels = {
        series: label_of(series)
        for series in (
            "cpu.user",
            "cpu@user",
            "cpu{user=1}",
            "cpu@web{user=1}",
            "cpu_user",
            "CPU.user",
            "cpu..user",
            "cpu.user@web-1",
            "cpu.user@web_1",
            "c" * 300,
        )
    }

    assert labels["cpu.user"] == "cpu_user"
    assert labels["cpu@user"] == "cpu__user"
    assert labels["cpu.user@web-1"].startswith("cpu_user_web_1_")
    assert len(set(labels.values())) == len(labels)
    assert all(label.replace("_", "a").isalnum() and len(label) < 80 for label in labels.values())
