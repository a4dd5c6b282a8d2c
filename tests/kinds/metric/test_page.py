"""Series as page, API and /metrics list them."""

from collections.abc import Iterator

import pytest

from blinkenlights.kinds.metric.curve import curves_of
from blinkenlights.kinds.metric.kind import METRIC
from blinkenlights.kinds.metric.page import AllSeries
from blinkenlights.kinds.view import Found
from blinkenlights.kinds.view_context import HORIZON_COMMANDS, ViewContext
from blinkenlights.store.address import parse_address
from blinkenlights.store.annotations import Annotation, annotate
from blinkenlights.store.reader import StoreReader
from servers.simulated_metrics import SimulatedMetrics


class Page:
    """Views of the present."""

    def __init__(self, metrics: SimulatedMetrics) -> None:
        self._metrics = metrics
        self.store = StoreReader(parse_address(metrics.simulation.url), 5)

    def close(self) -> None:
        """Close the connection."""
        self.store.__exit__(None, None, None)

    def view(self) -> AllSeries:
        """Return the view."""
        replies = self.store.ask(*HORIZON_COMMANDS)
        return AllSeries(ViewContext(self.store, self._metrics.now, replies, None))

    def states(self, name: str = "", state: str = "") -> dict[str, str]:
        """Return the state of each that is found."""
        return {each: one.state for each, one in self.find(name, state).verdicts.items()}

    def find(self, name: str = "", state: str = "") -> Found:
        """Return what there is."""
        return self.view().find(name, state)


@pytest.fixture
def page(metrics: SimulatedMetrics) -> Iterator[Page]:
    """Give series in every state."""
    metrics.series("well", [1] * 5, age=-60)
    metrics.series("x.stale", [1] * 5)
    metrics.series("www.heartbeat", [1] * 5, ttl=16.0)
    metrics.series("old.heartbeat", [1] * 5, ttl=16.0)
    metrics.send(metrics.event("old.shutdown", 1, ends="old.heartbeat"))
    for status in ("critical", "warning"):
        metrics.send(metrics.event(f"says.{status}", 1, status=status))
    metrics.expect("never")
    metrics.retire("gone")
    metrics.later(60)
    page = Page(metrics)
    yield page
    page.close()


def test_everything(page: Page) -> None:
    """What is not well comes first, worst first; what is retired or stopped is counted beside."""
    found = page.find()

    assert {name: one.state for name, one in found.verdicts.items()} == {
        "www.heartbeat": "silent",
        "says.critical": "critical",
        "x.stale": "stale",
        "says.warning": "warning",
        "never": "expected",
        "old.shutdown": "alive",
        "well": "alive",
    }
    assert [*found.verdicts][:2] == ["www.heartbeat", "says.critical"]
    assert found.total == 7
    assert [number for *_, number in found.unlisted] == [0, 0]
    assert found.beside == {"stopped": 1, "retired": 1}


def test_some(page: Page) -> None:
    """By name, by glob, and by states that are not part of all."""
    assert page.states("says.*") == {"says.critical": "critical", "says.warning": "warning"}
    assert page.states("well") == {"well": "alive"}
    assert page.states("nothing") == {}
    assert page.states(state="stopped")["old.heartbeat"] == "stopped"
    assert page.states(state="retired")["gone"] == "retired"


def test_rows(page: Page) -> None:
    """Each has a sentence, when it was seen, and its number."""
    rows = page.view().rows(["well", "www.heartbeat", "nothing"])

    assert rows.keys() == {"well", "www.heartbeat"}
    assert rows["well"].sentence == "1, last seen 0s ago, limit 30s"
    assert rows["well"].facts["value"] == 1
    assert rows["www.heartbeat"].sentence == (
        "silent for 1m, since 2026-09-21 14:13:20 UTC, limit 16s"
    )


def test_a_series_is_shown_as_it_wants(metrics: SimulatedMetrics) -> None:
    """Its title stands before the time that a curve shows, which else stands alone."""
    extras = '{"title":"load","unit":"%","graph":"bar","range":[0,100]}'
    metrics.series("load", [1, 2], every=10, extras=extras)
    metrics.series("plain", [1, 2], every=10)

    with StoreReader(parse_address(metrics.simulation.url), 5) as store:
        curves = curves_of(store, "load", metrics.facts("load"), metrics.now)
        other = curves_of(store, "plain", metrics.facts("plain"), metrics.now)

    assert [each.title for each in curves] == [
        "load, the last hour",
        "load, the last day",
        "load, the last 30 days",
    ]
    assert {(each.unit, each.form, *each.bounds) for each in curves} == {("%", "bar", 0, 100)}
    assert other[0].title == "the last hour"


def test_the_list_in_steps(page: Page) -> None:
    """Every series is in it, with those that never came."""
    view, cursor, names = page.view(), "", set[str]()
    while True:
        scanned = view.scan(cursor, "", 2)
        names.update(scanned.names)
        cursor = scanned.cursor
        if not cursor:
            break

    assert len(names) == 9
    assert {"never", "gone", "well"} <= names


def test_nothing_can_be_judged(page: Page, metrics: SimulatedMetrics) -> None:
    """Without a collector all are unheard."""
    metrics.simulation.now += 600

    assert set(page.states().values()) == {"unheard"}
    assert page.states("well") == {"well": "unheard"}


def test_what_happened_is_a_mark(page: Page, metrics: SimulatedMetrics) -> None:
    """On the curves whose span it is in, unless it is about series with other tags."""
    simulation = metrics.simulation

    def note(age: float, text: str, tags: dict[str, str]) -> None:
        made = Annotation(time=metrics.now - age, text=text, title="deploy", tags=tags)
        simulation.run(annotate(simulation.client, made))

    metrics.series("tagged", [1] * 5, host="web1", tags={"app": "www"})
    note(60, "1.4", {"app": "www"})
    note(7200, "1.3", {"host": "web1", "more": "x"})
    note(30, "other", {"app": "shop"})
    note(10, "elsewhere", {"host": "web2"})

    def marks(series: str) -> list[list[str]]:
        return [[mark.text for mark in curve.marks] for curve in page.view().history(series).curves]

    older = ["deploy: 1.3", "deploy: 1.4"]
    assert marks("tagged@web1{app=www}") == [["deploy: 1.4"], older, older]
    assert ["deploy: other" in each for each in marks("well")] == [True, True, True]


def test_the_api_lists_what_happened(page: Page, metrics: SimulatedMetrics) -> None:
    """The latest first, whenever it was written."""
    simulation = metrics.simulation
    for time in (2.0, 3.0, 1.0):
        simulation.run(annotate(simulation.client, Annotation(time=time, text="x")))

    [route] = METRIC.routes

    found: object = route.answer(page.store, "")
    assert isinstance(found, list)
    assert [each.time for each in found] == [3.0, 2.0, 1.0]
