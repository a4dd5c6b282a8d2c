"""Whether somebody could have been heard: which sources count, and which was deaf longest."""

import pytest

from blinkenlights.kinds.transfer import limits as flows
from blinkenlights.kinds.transfer.read import Flow
from blinkenlights.plugin.hearing import deafness, possible_sources, silence, was_deaf
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.reports import Gap, Source

NOW = 1_790_000_000.0
GRACE = 10.0


def source(name: str, *, behind: float = 0.0, connected: bool = True) -> Source:
    return Source(name, "", name, connected, NOW - behind, None, "")


def horizon(*sources: Source, gaps: dict[str, tuple[float, float]] | None = None) -> Horizon:
    """Return the horizon at NOW; a gap of a source began and ended so many seconds ago."""
    watermarks = [one.watermark for one in sources if one.connected] or [NOW]
    return Horizon(
        now=NOW,
        judged_at=max(watermarks),
        stored_up_to=min(watermarks),
        born=0.0,
        interval=60,
        collectors=[],
        sources={one.id: one for one in sources},
        gaps={
            name: [Gap(NOW - start, NOW - end, "")] for name, (start, end) in (gaps or {}).items()
        },
        blind="",
    )


GOOD, AWAY = source("good"), source("away", behind=40, connected=False)


def test_a_source_that_is_known_counts_alone() -> None:
    """Nothing is forgiven for a gap of another; one that nobody serves any more hears nothing."""
    here = horizon(GOOD, source("deaf"), gaps={"deaf": (90, 50)})

    assert possible_sources(here, "good") == ["good"]
    assert silence(here, NOW - 100, GRACE, ["good"]) == 100
    assert silence(here, NOW - 100, GRACE, ["deaf"]) == 10 + 40
    assert silence(here, NOW - 100, GRACE, possible_sources(here, "gone")) == 0


def test_of_several_the_deafest_counts() -> None:
    """Somebody may have come by the one that was deaf longest, and that one is named."""
    here = horizon(GOOD, source("deaf"), source("deafer"), gaps={"deaf": (9, 8), "deafer": (90, 0)})
    sources = possible_sources(here, "")

    assert sources == ["good", "deaf", "deafer"]
    assert silence(here, NOW - 100, GRACE, sources) == 10
    assert deafness(here, NOW - 100, GRACE, sources) == "deafer away for 1m 30s until 0s ago"


def test_whose_source_is_unknown_is_judged_by_those_that_are_connected() -> None:
    """A source that is away must not hide for ever who is missing, and is not named for it."""
    here = horizon(GOOD, source("deaf"), AWAY, gaps={"deaf": (70, 30)})
    sources = possible_sources(here, "")

    assert silence(here, NOW - 60, GRACE, sources) == 20
    assert silence(here, NOW - 60, GRACE, here.sources) == 20
    assert silence(here, NOW - 41, GRACE, sources) == 20
    assert silence(here, NOW - 41, GRACE, here.sources) == 1
    assert deafness(here, NOW - 41, GRACE, sources) == "deaf away for 40s until 30s ago"


def test_a_flow_is_judged_by_all_sources() -> None:
    """What is missing of a client may wait in the one that is away, which is named for it."""
    here = horizon(GOOD, AWAY)
    flow = Flow("c", NOW - 41)

    assert flows.silence(here, flow, GRACE) == 1
    assert flows.deafness(here, flow, GRACE) == "away away for 40s"
    assert silence(here, flow.last_good, GRACE, possible_sources(here, "")) == 41


@pytest.mark.parametrize("sources", [(), (AWAY,)], ids=["none", "all-away"])
def test_nobody_is_silent_where_nobody_can_be_heard(sources: tuple[Source, ...]) -> None:
    """Without a source that is connected no silence is counted."""
    here = horizon(*sources)

    assert silence(here, NOW - 100, GRACE, possible_sources(here, "")) == 0


def test_why_where_none_of_them_is_there() -> None:
    """Then one that is away is named, and without any it is said that none is served."""
    assert deafness(horizon(AWAY), NOW - 100, GRACE, []) == "away away for 40s"
    assert deafness(horizon(), NOW - 100, GRACE, []) == "whose source no collector serves any more"


@pytest.mark.parametrize(
    ("ended", "deaf"),
    [pytest.param(109, True, id="within-limit-and-grace"), pytest.param(111, False, id="before")],
)
def test_a_gap_lasts_as_long_as_limit_and_grace(ended: float, deaf: bool) -> None:
    """Until then somebody may look silent whom we only did not hear."""
    assert was_deaf(horizon(GOOD, gaps={"good": (200, ended)}), 100, GRACE) is deaf


def test_a_gap_of_a_flow_has_the_window_as_its_grace() -> None:
    """For flows, both are the window: after it each has had one transfer again."""
    assert flows.was_deaf(horizon(GOOD, gaps={"good": (900, 599)}), 300)
    assert not flows.was_deaf(horizon(GOOD, gaps={"good": (900, 601)}), 300)


def test_a_source_that_is_away_makes_deaf() -> None:
    """Whatever its gaps: nobody is heard by it."""
    assert was_deaf(horizon(GOOD, AWAY), 100, GRACE)
    assert not was_deaf(horizon(GOOD), 100, GRACE)


def test_a_source_that_lags_makes_deaf_only_who_is_judged_at_the_furthest() -> None:
    """Components look silent by a few seconds of lag; flows are judged where all are stored."""
    here = horizon(GOOD, source("slow", behind=6))

    assert was_deaf(here, 120, 60, most_lag=5)
    assert not was_deaf(here, 120, 60, most_lag=7)
    assert not was_deaf(here, 120, 60)
    assert not flows.was_deaf(here, 300)
