"""What could be heard, and until when: silence counts only while somebody listened."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from blinkenlights.errors import StoreAnswer
from blinkenlights.plugin.blindness import without_address
from blinkenlights.plugin.horizon import Horizon, read_horizon
from blinkenlights.store.report import CollectorReport, Gap, SourceReport, source_id

NOW = 1_790_000_000.0
QUEUE = source_id("queue")
OTHER = source_id("other")


def source(
    name: str = "queue",
    *,
    behind: float = 0.0,
    connected: bool = True,
    error: str = "",
    kind: str = "heartbeat",
    ready: int = 0,
) -> SourceReport:
    return SourceReport(
        source=source_id(name),
        kind=kind,
        transport="amqp",
        address=name,
        connected=connected,
        watermark=NOW - behind,
        ready=ready,
        error=error,
    )


def collector(
    *sources: SourceReport,
    name: str = "one",
    age: float = 0.0,
    stopped: bool = False,
    interval: int = 60,
) -> CollectorReport:
    return CollectorReport(
        name=name,
        host="h",
        pid=1,
        version="0",
        started=0,
        beat=NOW - age,
        stopped=NOW - age if stopped else None,
        interval=interval,
        sources=list(sources),
        stored=0,
        stored_per_second=0.0,
        rejects_per_minute=0.0,
        memory=0,
        dropped=0,
    )


def horizon(
    *collectors: CollectorReport,
    gaps: list[tuple[float, float]] | None = None,
    born: float | None = 0.0,
    kind: str | None = "heartbeat",
) -> Horizon:
    """Return the horizon at NOW; gaps are of `queue`, in seconds since the epoch."""
    live = []
    for report in collectors:
        live += [report.name, msgspec.json.encode(report).decode()]
    spans = [
        msgspec.json.encode(Gap(source=QUEUE, start=start, end=end, reason="r")).decode()
        for start, end in reversed(gaps or [])
    ]
    return read_horizon([live, spans, None if born is None else str(born)], NOW, kind)


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


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("queue at host:1/ refuses: no", "refuses: no"),
        ("host:1/ cannot be reached: Connection refused", "cannot be reached: Connection refused"),
        ("host:1/: gone", "gone"),
        ("host:12 is another", "host:12 is another"),
        ("gone", "gone"),
    ],
)
def test_an_error_does_not_name_its_source_again(error: str, said: str) -> None:
    """Neither the queue nor its broker; line 1 is short."""
    assert without_address(error, "queue at host:1/") == said


def test_a_source_that_is_away_counts_until_it_went() -> None:
    """While a source is away, its components have been silent until it went."""
    here = horizon(
        collector(source(behind=50, connected=False), source("other")),
    )

    assert here.silence(NOW - 60, 60, QUEUE) == 10
    assert here.silence(NOW - 60, 60, OTHER) == 60


GAPS = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)).map(sorted), max_size=5)


def spans(gaps: list[list[int]]) -> list[tuple[float, float]]:
    return [(NOW - 1000 + start, NOW - 1000 + end) for start, end in gaps]


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


def test_all_is_known_while_everything_keeps_up() -> None:
    """With a fresh report and a watermark of now there is no doubt."""
    here = horizon(collector(source()))

    assert (here.blind, here.doubts, here.judged_at) == ("", [], NOW)


@pytest.mark.parametrize(
    ("collectors", "said"),
    [
        pytest.param([], "no collector has reported to this store", id="none"),
        pytest.param(
            [collector(source(), age=31)],
            "collector one is down or cannot write, last report 31s ago, limit 30s",
            id="down",
        ),
        pytest.param(
            [collector(source(), age=5, stopped=True)],
            "collector one was stopped 5s ago",
            id="stopped",
        ),
        pytest.param(
            [collector(source(), age=500), collector(source(), name="two", age=100)],
            "collector two is down or cannot write, last report 1m 40s ago",
            id="the-newest-of-two-is-named",
        ),
        pytest.param(
            [collector(source(), age=-600)],
            "the clock of collector one is 10m ahead of ours, limit 30s",
            id="from-the-future",
        ),
        pytest.param([collector()], "no collector has a source for heartbeat", id="no-source"),
        pytest.param(
            [collector(source(kind="speedo"))],
            "no collector has a source for heartbeat",
            id="sources-for-other-kinds-only",
        ),
        pytest.param(
            [collector(source(behind=61, connected=False, error="connection refused"))],
            "no source can be heard since 1m 1s, limit 1m, queue: connection refused",
            id="all-sources-away",
        ),
    ],
)
def test_when_nothing_can_be_judged(collectors: list[CollectorReport], said: str) -> None:
    """Without anybody who listens there is one sentence that says why, and no other doubt."""
    here = horizon(*collectors)

    assert said in here.blind
    assert here.doubts == [here.blind]


@pytest.mark.parametrize(
    ("collectors", "judged"),
    [
        pytest.param([collector(source(), age=30)], 0, id="report-at-its-limit"),
        pytest.param([collector(source(), age=-30)], 0, id="report-a-little-ahead"),
        pytest.param([collector(source(behind=60, connected=False))], 60, id="away-at-its-limit"),
        pytest.param([collector(source(kind=""))], 0, id="a-source-of-any-kind"),
        pytest.param([collector(source(behind=-600))], 0, id="watermark-ahead-of-us"),
        pytest.param([collector(source(behind=20), source("other"))], 0, id="the-furthest"),
        pytest.param(
            [collector(source(behind=20)), collector(source(), name="two")],
            20,
            id="two-share-a-source",
        ),
        pytest.param(
            [collector(source(behind=500), age=500), collector(source(), name="two")],
            0,
            id="one-of-two-is-down",
        ),
        pytest.param(
            [collector(source(behind=9, connected=False)), collector(source(), name="two")],
            0,
            id="one-of-two-lost-the-broker",
        ),
    ],
)
def test_when_things_can_be_judged(collectors: list[CollectorReport], judged: float) -> None:
    """As long as one listens, everything is judged at what has been stored for sure."""
    here = horizon(*collectors)

    assert (here.blind, here.doubts) == ("", [])
    assert here.judged_at == NOW - judged


@pytest.mark.parametrize(
    ("here", "said"),
    [
        pytest.param(
            horizon(collector(source(behind=61))),
            "the collector is 1m 1s behind, limit 1m: nothing since then can be called alive",
            id="behind",
        ),
        pytest.param(
            horizon(collector(source(behind=61), source("other"))),
            "the collector is 1m 1s behind with queue, limit 1m: nothing since then",
            id="one-of-two-behind",
        ),
        pytest.param(
            horizon(collector(source()), born=NOW - 50),
            "learning: this store is 50s old, for another 1m 10s some may not have been heard yet",
            id="learning",
        ),
        pytest.param(
            horizon(collector(source()), born=NOW + 3567),
            "learning: this store was born 59m 27s ahead of our clock, for another 1h 1m some may "
            "not have been heard yet",
            id="learning-in-a-store-from-the-future",
        ),
        pytest.param(
            horizon(collector(source(), interval=300), born=NOW - 500),
            "for another 1m 40s",
            id="learning-lasts-two-default-intervals",
        ),
        pytest.param(
            horizon(collector(source(), source("other", behind=90, connected=False, error="gone"))),
            "other not heard for 1m 30s (gone), limit 1m",
            id="one-source-away",
        ),
        pytest.param(
            horizon(
                collector(
                    source(),
                    source(
                        "/run/a.sock",
                        behind=90,
                        connected=False,
                        error="/run/a.sock cannot be opened: Address already in use",
                    ),
                )
            ),
            "/run/a.sock not heard for 1m 30s (cannot be opened: Address already in use), limit 1m",
            id="the-address-is-said-once",
        ),
        pytest.param(
            horizon(
                collector(source(), source("other", behind=90, connected=False, error="x" * 300))
            ),
            f"other not heard for 1m 30s ({'x' * 57}...), limit 1m",
            id="a-long-error-is-cut",
        ),
    ],
)
def test_doubts(here: Horizon, said: str) -> None:
    """What may be otherwise than it looks is said in a sentence, with how long and which limit."""
    assert here.blind == ""
    assert [said in doubt for doubt in here.doubts] == [True]


def test_learning_ends() -> None:
    """After two default intervals a store is no longer new."""
    assert horizon(collector(source()), born=NOW - 120).doubts == []


def test_a_collector_that_stopped_takes_its_own_source_along() -> None:
    """A source that only a stopped collector served is not heard, and why is said."""
    here = horizon(
        collector(source()),
        collector(source("other", behind=90), name="two", age=90, stopped=True),
    )

    assert here.doubts == [
        "other not heard for 1m 30s (collector two stopped 1m 30s ago), limit 1m"
    ]


@pytest.mark.parametrize(
    "live",
    [
        pytest.param(["one", "rubbish"], id="no-json"),
        pytest.param(["one", "[]"], id="list"),
        pytest.param(["one", "{}"], id="empty"),
        pytest.param(["one", '{"name": "one", "sources": 7}'], id="half"),
        pytest.param("text", id="text"),
        pytest.param(7, id="number"),
        pytest.param(None, id="nothing"),
    ],
)
def test_reports_that_are_not_ours(live: object) -> None:
    """Somebody else's values are said to be unreadable, with the key."""
    with pytest.raises(StoreAnswer, match=r"blinkenlights:.collector.: cannot be read"):
        read_horizon([live, [], None], NOW, None)


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)
FIELDS = [
    "name", "beat", "stopped", "interval", "sources", "rejects_per_minute", "dropped",
    "source", "kind", "address", "connected", "watermark", "ready", "error",
]  # fmt: skip


@given(st.sampled_from(FIELDS), JSON)
def test_a_report_with_another_field(field: str, value: object) -> None:
    """Whatever stands in a field, there is a horizon or an error of ours."""
    report = json.loads(msgspec.json.encode(collector(source())))
    (report if field in report else report["sources"][0])[field] = value
    replies = [["one", json.dumps(report)], [], "0"]

    try:
        here = read_horizon(replies, NOW, "heartbeat")
        said = [*here.doubts, *here.details]
    except StoreAnswer as error:
        said = [str(error)]

    assert all(sentence.isprintable() for sentence in said)
