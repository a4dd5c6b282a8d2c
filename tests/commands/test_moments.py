"""Moments to come, as people write them on a command line."""

from argparse import ArgumentTypeError

import pytest

from blinkenlights.commands.moments import later

NOW = 1_795_219_200.0
"""2026-11-21T00:00:00Z."""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("3d", NOW + 3 * 86400, id="duration"),
        pytest.param("90", NOW + 90, id="seconds"),
        pytest.param("2026-12-01", NOW + 10 * 86400, id="date"),
        pytest.param("2026-12-01T08:00", NOW + 10 * 86400 + 8 * 3600, id="time"),
        pytest.param("2026-12-01T09:00+01:00", NOW + 10 * 86400 + 8 * 3600, id="zone"),
    ],
)
def test_what_is_understood(text: str, moment: float) -> None:
    """A duration from now, a date, or a time, which is UTC unless it says otherwise."""
    assert later(lambda: NOW)(text) == moment


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("2026-11-20", "is over already", id="past"),
        pytest.param("0", "is over already", id="now"),
        pytest.param("soon", "is no time; write 3d, 2026-12-01 or 2026-12-01T08:00", id="word"),
        pytest.param("", "is no time", id="empty"),
    ],
)
def test_what_is_not(text: str, sentence: str) -> None:
    """The error says what could be written."""
    with pytest.raises(ArgumentTypeError, match=sentence):
        later(lambda: NOW)(text)
