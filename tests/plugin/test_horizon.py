"""Up to when things can be judged, and what is doubted: by what collectors report."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.errors import StoreAnswer
from blinkenlights.plugin.blindness import without_address
from blinkenlights.plugin.horizon import Horizon, read_horizon
from blinkenlights.store.report import CollectorReport
from plugin.horizons import NOW, collector, horizon, source


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
