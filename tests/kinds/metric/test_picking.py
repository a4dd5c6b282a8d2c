"""Which series a table of the configuration means, and into which groups they go."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.kinds.metric.identity import series_of
from blinkenlights.kinds.metric.picking import (
    Group,
    Picker,
    condition,
    group_of,
    grouping,
    stars_in,
)

RESPONSES = [
    series_of("www.response", "web1", {"statusCode": "200", "method": "GET"}),
    series_of("www.response", "web1", {"statusCode": "304"}),
    series_of("www.response", "web2", {"statusCode": "500"}),
    series_of("shop.api.response", "web2", {"statusCode": "404"}),
    series_of("www.responses", "web2", {}),
    series_of("response", "", {}),
]


def picked(of: str, *tags: str, host: str = "", but: str = "") -> list[str]:
    """Return those of the responses that are meant."""
    picker = Picker(of, host, tags, frozenset({but}))
    return [series for series in RESPONSES if picker.picked(series)]


@pytest.mark.parametrize(
    ("of", "tags", "indexes"),
    [
        pytest.param("*.response", [], [0, 1, 2, 3], id="glob"),
        pytest.param("www.response", [], [0, 1, 2], id="name"),
        pytest.param("*.response", ["statusCode!=2*", "statusCode!=3*"], [2, 3], id="not"),
        pytest.param("*.response", ["statusCode=[23]*"], [0, 1], id="brackets"),
        pytest.param("*.response", ["method=GET"], [0], id="tag"),
        pytest.param("*.response", ["method!=GET"], [1, 2, 3], id="tag that is not there"),
        pytest.param("*", ["method=*"], [0], id="any value"),
        pytest.param("www.response?", [], [4], id="question mark"),
    ],
)
def test_what_is_meant(of: str, tags: list[str], indexes: list[int]) -> None:
    """Name and tags have to match; a tag that is not there is no value."""
    assert picked(of, *tags) == [RESPONSES[index] for index in indexes]


def test_hosts_and_what_is_left_out() -> None:
    """A host may be a glob, and what is derived is never meant."""
    assert picked("*.response", host="web2") == RESPONSES[2:4]
    assert picked("*.response", host="*1") == RESPONSES[:2]
    assert picked("*.response", but="www.response") == [RESPONSES[3]]


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        pytest.param([], [("", {})] * 4, id="one for all"),
        pytest.param(
            ["app=*"],
            [("", {"app": app}) for app in ("www", "www", "www", "shop.api")],
            id="part of the name",
        ),
        pytest.param(["host"], [(f"web{n}", {}) for n in (1, 1, 2, 2)], id="host"),
        pytest.param(
            ["method", "name"],
            [
                ("", {"method": "GET", "name": "www.response"}),
                *[("", {"name": "www.response"})] * 2,
                ("", {"name": "shop.api.response"}),
            ],
            id="tag and name",
        ),
    ],
)
def test_groups(by: list[str], groups: list[tuple[str, dict[str, str]]]) -> None:
    """A series without a tag is in the group that has none."""
    picker = Picker("*.response", "", [], frozenset())
    found = [each for series in RESPONSES[:4] if (each := picker.picked(series))]
    parts = [part for text in by if (part := grouping(text))]

    assert [group_of(each, parts) for each in found] == [
        Group(host, tuple(tags.items())) for host, tags in groups
    ]


def test_each_star_of_a_glob() -> None:
    """The second is meant by its number."""
    found = Picker("*.http.*.time", "", [], frozenset()).picked("www.http.get.time")
    assert found is not None
    parts = [part for text in ("a=*", "b=*2") if (part := grouping(text))]

    assert group_of(found, parts) == Group("", (("a", "www"), ("b", "get")))
    assert stars_in("*.http.*.[*]") == 2


@pytest.mark.parametrize("text", ["", "a", "=x", "a=", "!=x"])
def test_what_is_no_condition(text: str) -> None:
    """It has a key and a value."""
    assert condition(text) is None


@pytest.mark.parametrize("text", ["", "a=", "a=x", "a=*0", "host=*", "=*", "*", "a=**"])
def test_what_is_no_grouping(text: str) -> None:
    """It is a word, or a tag and a star."""
    assert grouping(text) is None


@given(st.text("ab*?[]!-^.\\@", max_size=8), st.text("ab[]!-^.\\@", max_size=6))
def test_globs_are_those_of_the_shell(glob: str, name: str) -> None:
    """They mean what they mean to the checks, and a glob means itself as well."""
    meant = Picker(glob, "", [], frozenset()).picked(series_of(name, "", {})) is not None

    assert meant == (fnmatchcase(name, glob) or name == glob)
