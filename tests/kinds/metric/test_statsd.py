"""Lines of statsd: what is counted together, what each type gives, and what is refused."""

import pytest

from blinkenlights.collector.decoding import decoding
from blinkenlights.config import Config
from blinkenlights.kinds.fact import Rejected, Several, Skipped
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.naming import namer
from blinkenlights.kinds.metric.statsd_gatherer import StatsdGatherer
from blinkenlights.kinds.signal import Decoded

NOW = 1_795_856_400.0


def gathered(*lines: bytes) -> dict[str, float]:
    """Return the points that lines of a socket make: series -> value."""
    gatherer = StatsdGatherer(namer())
    assert all([gatherer.take(line) for line in lines])  # noqa: C419 - all of them
    return {event.series: event.value for _, event in gatherer.flush(NOW)}


def decoded(body: bytes, receipt: float | None = NOW) -> Decoded:
    """Return what a body by itself holds."""
    return decoding(Config()).formats["metric", "statsd"](body, "", None, receipt, "")


def test_counters_are_summed_by_their_sample_rate() -> None:
    """One of ten that was sent stands for ten."""
    assert gathered(b"hits:1|c", b"hits:2|c|@0.1", b"hits:-1|c") == {"hits": 20.0}


def test_a_timer_gives_number_mean_percentile_and_most() -> None:
    """The 95th percentile is the value at or below which 95 of 100 are."""
    lines = [b"page:%d|ms" % value for value in range(100, 0, -1)]
    assert gathered(*lines) == {
        "page.count": 100.0,
        "page.mean": 50.5,
        "page.p95": 95.0,
        "page.max": 100.0,
    }


def test_histograms_and_distributions_are_timers() -> None:
    """So are values that are packed into one line, or have a type each."""
    assert gathered(b"a:1:3|h")["a.mean"] == 2.0
    assert gathered(b"a:1:3|d")["a.max"] == 3.0
    assert gathered(b"a:1|c:4|c") == {"a": 5.0}


def test_a_set_gives_the_number_of_different_values() -> None:
    """However often each comes."""
    assert gathered(b"users:ann|s", b"users:bob|s", b"users:ann|s") == {"users": 2.0}


def test_a_gauge_is_the_last_value_with_what_was_added_since() -> None:
    """A sign adds; a value without one sets."""
    assert gathered(b"queue:3|g", b"queue:10|g", b"queue:-4|g", b"queue:+1|g") == {"queue": 7.0}


def test_what_is_added_to_a_gauge_later_is_added_to_its_value() -> None:
    """A gauge persists over flushes; one that nobody mentions gives no point."""
    gatherer = StatsdGatherer(namer())
    gatherer.take(b"queue:10|g")
    gatherer.flush(NOW)
    assert not gatherer.flush(NOW + 10)
    gatherer.take(b"queue:-3|g")
    [(_, event)] = gatherer.flush(NOW + 20)
    assert event.value == 7.0


def test_tags_in_any_order_and_any_form_make_the_same_series() -> None:
    """The tag `host` is the host."""
    assert gathered(
        b"a:1|c|#env:prod,host:web1,blue",
        b"a:1|c|#blue,host:web1,env:prod",
        b"a,env=prod,host=web1,blue:1|c",
    ) == {"a@web1{blue=true,env=prod}": 3.0}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"hits", "not statsd"),
        (b"hits:1", "unknown type"),
        (b"hits:1|x", "unknown type"),
        (b"hits:one|c", "value is no number"),
        (b"hits:1_0|c", "value is no number"),
        (b"hits:nan|g", "value is no number"),
        (b"hits:inf|ms", "value is no number"),
        (b"hits:1|c|@0", "bad sample rate"),
        (b"hits:1|c|@2", "bad sample rate"),
        (b":1|c", "no name"),
        (b"\xff:1|c", "not statsd"),
        (b"queue:+1|g", "no value before"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason(line: bytes, reason: str) -> None:
    """A line of a socket is not gathered then, and refused as it is."""
    fact = decoded(line)
    assert isinstance(fact, Rejected)
    assert fact.reason == reason
    if reason != "no value before":
        assert not StatsdGatherer(namer()).take(line)


def test_what_is_wrong_with_one_line_of_a_body_costs_that_one_only() -> None:
    """The others are counted together."""
    fact = decoded(b"hits:1|c\nbad\nhits:2|c\n")
    assert isinstance(fact, Several)
    assert [type(part) for _, part in fact.parts] == [Rejected, Event]
    assert fact.parts[0][0] == b"bad"
    assert fact.parts[1][1].value == 3.0


def test_a_line_with_a_time_is_of_that_time() -> None:
    """It is not gathered, because what was gathered is of now."""
    assert not StatsdGatherer(namer()).take(b"hits:5|c|T1795850000")
    fact = decoded(b"hits:5|c|#a:b|T1795850000")
    assert isinstance(fact, Event)
    assert (fact.series, fact.event, fact.value) == ("hits{a=b}", 1_795_850_000.0, 5.0)


def test_a_body_that_may_have_waited_and_has_no_time_is_refused() -> None:
    """Nobody knows of when it is; the words say what to do."""
    fact = decoded(b"hits:1|c", receipt=None)
    assert isinstance(fact, Rejected)
    assert fact.reason == "no time"
    assert "timestamp" in fact.detail


def test_events_and_service_checks_of_dogstatsd_are_skipped() -> None:
    """They are in order, and no numbers."""
    assert decoded(b"_e{5,4}:title|text") == Skipped("not a metric")
    assert decoded(b"_sc|redis|0") == Skipped("not a metric")


def test_too_many_names_or_values_are_handed_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So memory is bounded, whatever is sent."""
    module = "blinkenlights.kinds.metric.statsd_gatherer"
    monkeypatch.setattr(f"{module}.MOST_SUMS", 3)
    monkeypatch.setattr(f"{module}.MOST_VALUES", 5)
    gatherer = StatsdGatherer(namer())
    fullness = []
    for name in (b"a", b"b", b"c"):
        gatherer.take(name + b":1|c")
        fullness.append(gatherer.is_full)
    assert fullness == [False, False, True]

    gatherer.flush(NOW)

    fullness = [gatherer.is_full]
    for number in range(5):
        gatherer.take(b"t:%d|ms" % number)
        fullness.append(gatherer.is_full)
    assert fullness == [False, False, False, False, False, True]


def test_lines_that_differ_in_what_makes_no_series_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a heartbeat tags are left out: however many are sent, there is one sum of them."""
    monkeypatch.setattr("blinkenlights.kinds.metric.statsd_gatherer.MOST_SUMS", 3)
    gatherer = StatsdGatherer(namer())

    fullness = []
    for number in range(3):
        gatherer.take(b"heartbeat:1|c|#x:%d" % number)
        fullness.append(gatherer.is_full)

    assert fullness == [False, False, True]


def test_gauges_whose_values_nobody_knows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """They stay until the store tells; beyond so many none is taken, and a known one is."""
    monkeypatch.setattr("blinkenlights.kinds.metric.statsd_gatherer.MOST_WAITING", 2)
    gatherer = StatsdGatherer(namer())
    gatherer.take(b"known:1|g")
    gatherer.flush(NOW)
    taken = [gatherer.take(b"new%d:+1|g" % number) for number in range(2)]
    gatherer.flush(NOW)

    assert taken == [True, True]
    assert len(gatherer.waiting()) == 2
    assert not gatherer.take(b"another:+1|g")
    assert gatherer.take(b"new0:+1|g")
    assert gatherer.take(b"known:+1|g")
    assert [event.value for _, event in gatherer.flush(NOW)] == [2.0]
