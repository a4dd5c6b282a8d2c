"""Speedos as others publish them: the line of the design, its keys, and what is refused."""

import pytest

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.transfer.decode_speedo import parse
from blinkenlights.kinds.transfer.fact import Speedo

LINE = b"20150601135701.345 12 3 4096 100 4196 15 60.012"
EVENT = 1433167021.345


@pytest.mark.parametrize(
    ("key", "headers", "about"),
    [
        pytest.param("v01.speedo.client.alice", None, ("client", "alice"), id="client"),
        pytest.param("v01.speedo.client.d.x", None, ("client", "d.x"), id="dots"),
        pytest.param("v01.speedo.source.metpx", None, ("source", "metpx"), id="source"),
        pytest.param("v01.speedo.client.all", None, ("all", "clients"), id="all-clients"),
        pytest.param("v01.speedo.sources.all", None, ("all", "sources"), id="all-sources"),
        pytest.param("v01.speedo.source.all", None, ("source", "all"), id="called-all"),
        pytest.param("v01.speedo.client.%61ll", {"client": "all"}, ("client", "all"), id="header"),
    ],
)
def test_the_key_says_what_it_is_about(
    key: str, headers: dict[str, object] | None, about: tuple[str, str]
) -> None:
    """Client, source or everything; a header has the name where the key cannot."""
    fact = parse(LINE, key, headers=headers)

    assert fact == Speedo(EVENT, *about, 12, 3, 4096, 100, 4196.0, 15.0, 60.012)


def test_bad_bytes_may_be_missing() -> None:
    """The design is not sure of the fifth field; with seven fields it is taken for 0."""
    fact = parse(b"20150601T135701 12 3 4096 69.9 0.2 60\n", "v01.speedo.client.a")

    assert isinstance(fact, Speedo)
    assert fact[3:] == (12, 3, 4096, 0, 69.9, 0.2, 60.0)


def test_what_is_not_a_speedo_by_its_key_is_skipped() -> None:
    """They share an exchange with reports and posts."""
    assert parse(LINE, "v02.report.a") == Skipped("not a speedo")


@pytest.mark.parametrize(
    ("body", "key", "reason"),
    [
        pytest.param(LINE, "v01.speedo.cluster.a", "bad key", id="scope"),
        pytest.param(LINE, "v01.speedo.client.", "no client", id="nameless"),
        pytest.param(LINE, "v01.speedo.client.a\x07", "client not printable", id="bell"),
        pytest.param(b"", "v01.speedo.client.a", "not a speedo", id="empty"),
        pytest.param(LINE + b" 1", "v01.speedo.client.a", "not a speedo", id="nine"),
        pytest.param(
            LINE.replace(b" 12 ", b" -1 "), "v01.speedo.client.a", "bad number", id="negative"
        ),
        pytest.param(
            LINE.replace(b"60.012", b"nan"), "v01.speedo.client.a", "bad number", id="nan"
        ),
        pytest.param(
            LINE.replace(b"60.012", b"1e12"), "v01.speedo.client.a", "bad number", id="ages"
        ),
        pytest.param(
            LINE.replace(b"2015", b"x"), "v01.speedo.client.a", "bad timestamp", id="when"
        ),
        pytest.param(b" " * 70000, "v01.speedo.client.a", "too large", id="large"),
    ],
)
def test_what_is_refused(body: bytes, key: str, reason: str) -> None:
    """Each with words that can be counted."""
    fact = parse(body, key)

    assert isinstance(fact, Rejected)
    assert fact.reason == reason
