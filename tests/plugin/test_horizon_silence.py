"""For how long somebody was silent while we could hear."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.report import source_id
from plugin.horizons import NOW, QUEUE, collector, horizon, source, spans

OTHER = source_id("other")


def well(*gaps: tuple[float, float]) -> Horizon:
    return horizon(collector(source()), gaps=[(NOW - start, NOW - end) for start, end in gaps])


@pytest.mark.parametrize(
    ("gaps", "seen", "silence"),
    [
        pytest.param([], 500, 500, id="no-gap"),
        pytest.param([(1000, 900)], 500, 500, id="gap-long-before"),
        pytest.param([(400, 300)], 500, 340, id="gap-after-some-silence"),
        pytest.param([(600, 300)], 500, 240, id="seen-within-the-gap"),
        pytest.param([(500, 300)], 500, 240, id="seen-as-it-began"),
        pytest.param([(100, 20)], 110, 10, id="grace-lasts-still"),
        pytest.param([(100, 0)], 500, 400, id="gap-until-now"),
        pytest.param([(400, 300), (200, 100)], 500, 100 + 40 + 40, id="two-gaps"),
        pytest.param([(400, 300), (290, 200)], 500, 100 + 140, id="second-within-the-grace"),
        pytest.param([(400, 200), (300, 250)], 500, 100 + 140, id="one-within-the-other"),
        pytest.param([(400, 300), (350, 200)], 500, 100 + 140, id="overlapping"),
    ],
)
def test_a_gap_does_not_count(gaps: list[tuple[float, float]], seen: float, silence: float) -> None:
    """Neither the gap counts nor one interval after it, in which everybody may speak again."""
    assert well(*gaps).silence(NOW - seen, 60, QUEUE) == silence


def test_gaps_of_other_sources_do_not_matter() -> None:
    """A component is judged by what its own source could hear."""
    here = horizon(collector(source(), source("other")), gaps=[(NOW - 400, NOW - 300)])

    assert here.silence(NOW - 500, 60, OTHER) == 500


def test_nobody_serves_the_source_any_more() -> None:
    """Silence on a source that no collector reports says nothing: it may have been taken away."""
    assert well().silence(NOW - 500, 60, OTHER) == 0


def test_a_daily_job_that_died_is_found_behind_nightly_gaps() -> None:
    """Short gaps forgive one beat, not one each: a dead job is not unheard for ever."""
    nightly = [(day * 86400.0, day * 86400.0 - 6) for day in range(30, 0, -1)]

    silence = well(*nightly).silence(NOW - 30 * 86400 - 100, 86400, QUEUE)

    assert silence > 28 * 86400


def test_an_hourly_job_has_an_hour_to_speak_again() -> None:
    """The time allowed after a gap is the component's own interval."""
    assert well((400, 300)).silence(NOW - 500, 3600, QUEUE) == 100


def test_a_source_that_is_away_counts_until_it_went() -> None:
    """While a source is away, its components have been silent until it went."""
    here = horizon(
        collector(source(behind=50, connected=False), source("other")),
    )

    assert here.silence(NOW - 60, 60, QUEUE) == 10
    assert here.silence(NOW - 60, 60, OTHER) == 60


GAPS = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)).map(sorted), max_size=5)


@given(GAPS, st.integers(0, 1000), st.sampled_from([10, 60, 300]), st.integers(0, 400))
@example([[0, 0]], 0, 60, 0)
def test_silence_is_bounded(gaps: list[list[int]], seen: int, interval: int, behind: int) -> None:
    """Silence is never negative and never longer than the real time since somebody was seen."""
    here = horizon(collector(source(behind=behind)), gaps=spans(gaps))
    then = NOW - 1000 + seen

    silence = here.silence(then, interval, QUEUE)

    assert 0 <= silence <= max(0.0, here.judged_at - then)


@given(GAPS, st.integers(0, 990), st.integers(0, 10), st.sampled_from([10, 60, 300]))
def test_who_was_seen_later_is_not_silent_longer(
    gaps: list[list[int]], seen: int, later: int, interval: int
) -> None:
    """A later sign of life never makes the silence longer, unless a gap lay before it.

    Who spoke after a gap had no need of the time that others are given to speak again.
    """
    later = min([later, *[end - seen - 1 for _, end in gaps if end > seen]])
    here = horizon(collector(source()), gaps=spans(gaps))

    def silence(moment: int) -> float:
        return here.silence(NOW - 1000 + moment, interval, QUEUE)

    assert silence(seen + later) <= silence(seen)


@given(GAPS, st.integers(0, 1000), st.integers(0, 300), st.integers(0, 100))
def test_silence_grows_with_the_watermark(
    gaps: list[list[int]], seen: int, behind: int, more: int
) -> None:
    """The further we have stored, the longer is the silence, and by no more than that."""

    def silence(lag: int) -> float:
        here = horizon(collector(source(behind=lag)), gaps=spans(gaps))
        return here.silence(NOW - 1000 + seen, 60, QUEUE)

    assert 0 <= silence(behind) - silence(behind + more) <= more


@given(GAPS, st.integers(0, 1000), st.tuples(st.integers(0, 900), st.integers(0, 900)).map(sorted))
def test_another_gap_never_adds_silence(
    gaps: list[list[int]], seen: int, another: list[int]
) -> None:
    """The less we could hear, the less silence there is."""
    less = horizon(collector(source()), gaps=spans([*gaps, another]))
    more = horizon(collector(source()), gaps=spans(gaps))
    then = NOW - 1000 + seen

    assert less.silence(then, 60, QUEUE) <= more.silence(then, 60, QUEUE)


@given(GAPS, st.integers(0, 1000))
def test_gaps_count_in_any_order(gaps: list[list[int]], seen: int) -> None:
    """Gaps are of several collectors and come in any order."""
    assume(len(gaps) > 1)
    one = horizon(collector(source()), gaps=spans(gaps))
    two = horizon(collector(source()), gaps=spans(gaps[::-1]))

    assert one.silence(NOW - 1000 + seen, 60, QUEUE) == two.silence(NOW - 1000 + seen, 60, QUEUE)
