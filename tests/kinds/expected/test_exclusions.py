"""Days, spans and schedules that neither teach nor alarm."""

from zoneinfo import ZoneInfo

import pytest

from blinkenlights.expected.spans import Span, moment_of
from blinkenlights.kinds.expected.exclusions import excluded, read_exclusion

BERLIN = ZoneInfo("Europe/Berlin")


def spans(text: str, start: str, end: str) -> list[tuple[float, float]]:
    """Return what a text excludes between two moments, in hours from the first."""
    begun, over = moment_of(start, BERLIN), moment_of(end, BERLIN)
    found = excluded([read_exclusion(text, BERLIN)], Span(begun, over))
    return [((span.start - begun) / 3600, (span.end - begun) / 3600) for span in found]


def test_a_day_is_one_of_the_zone() -> None:
    """From midnight to midnight, though it has 23 or 25 hours."""
    assert spans("2026-12-25", "2026-12-24", "2026-12-28") == [(24, 48)]
    assert spans("2026-10-25", "2026-10-25", "2026-10-28") == [(0, 25)]
    assert spans("2026-12-25", "2026-12-26", "2026-12-28") == []


def test_a_span() -> None:
    """The end does not belong to it."""
    assert spans("2026-12-24T12:00/2026-12-27", "2026-12-24", "2026-12-28") == [(12, 72)]
    assert spans("2026-12-24T12:00/2026-12-27", "2026-12-27", "2026-12-28") == []


def test_a_schedule() -> None:
    """Each time it begins, also where it began before what is asked for."""
    assert spans("0 2 * * * for 90m", "2026-12-24", "2026-12-26") == [(2, 3.5), (26, 27.5)]
    assert spans("0 23 * * sun for 2h", "2026-12-21", "2026-12-22") == [(-1, 1)]
    assert spans("0 2 * * sun for 2h", "2026-12-22", "2026-12-24") == []


def test_a_schedule_goes_by_the_clock_on_the_wall() -> None:
    """Three in the morning is an hour later from midnight on when the clock is put back."""
    assert spans("0 3 25 10 * for 1h", "2026-10-25", "2026-10-26") == [(4, 5)]


@pytest.mark.parametrize(
    "text",
    ["", "christmas", "2026-12-27/2026-12-24", "0 2 * * for 2h", "0 2 * * * for ever", "x for 0"],
)
def test_what_excludes_nothing_is_refused(text: str) -> None:
    """With a sentence that shows how it is written."""
    with pytest.raises(ValueError, match="write"):
        read_exclusion(text, BERLIN)
