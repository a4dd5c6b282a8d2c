"""/metrics: the counts of each state, and how fresh they are, for Prometheus."""

from collections.abc import Iterator

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from blinkenlights.kinds.state import Status
from blinkenlights.web import readings
from blinkenlights.web.shown import Filters, Section, Snapshot
from blinkenlights.web.site import Asked
from blinkenlights.web.views import displays

_CODES: dict[Status, int] = {"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}


async def metrics(asked: Asked) -> web.StreamResponse:
    """Answer with what Prometheus scrapes."""
    filters = Filters(only_source=asked.visitor.only_source)
    text = await asked.site.sharing.text(filters, exposition, asked.visitor.asker)
    config = asked.site.config
    if config.scrape_series and asked.visitor.only_source is None:
        now, most = asked.site.clock(), config.scrape_most
        text += await asked.site.searches.ask(
            lambda store: readings.exposition(readings.read(store, now, most)), asked.visitor.asker
        )
    return web.Response(body=text.encode(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def exposition(snapshot: Snapshot, _filters: Filters) -> str:
    """Return a snapshot in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(snapshot))
    return generate_latest(registry).decode()


def _gauges(section: Section) -> Iterator[Metric]:
    """Give the numbers that each thing of a section has."""
    display = displays()[section.kind]
    if display.gauges is None:
        return
    labels, each = display.gauges
    for gauge in each:
        family = GaugeMetricFamily(f"blinkenlights_{gauge.name}", gauge.text, labels=labels)
        for row in section.rows:
            value = gauge.value(row.facts)
            if isinstance(value, bool | int | float):
                parts = display.parts(row.name)
                family.add_metric([parts[label] for label in labels], value)
        yield family


class _Figures(Collector):
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        """Give the figures."""
        snapshot = self._snapshot
        things = GaugeMetricFamily(
            "blinkenlights_things", "Things in each state.", labels=["kind", "state"]
        )
        status = GaugeMetricFamily(
            "blinkenlights_status",
            "What a check would answer: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
            labels=["kind"],
        )
        status.add_metric(["all"], _CODES[snapshot.status])
        for section in snapshot.sections:
            status.add_metric([section.kind], _CODES[section.status])
            for state, number in section.counts.items():
                things.add_metric([section.kind, state], number)
        judged_at = GaugeMetricFamily(
            "blinkenlights_judged_at_seconds",
            "Everything sent before this moment is stored, seconds since the epoch.",
            value=snapshot.judged_at,
        )
        yield from (things, status, judged_at)
        for section in snapshot.sections:
            yield from _gauges(section)
        if snapshot.collectors:
            yield from self._collectors()
        if snapshot.rejected_counts:
            yield self._rejected()

    def _collectors(self) -> Iterator[Metric]:
        running = GaugeMetricFamily(
            "blinkenlights_collector_running", "Whether it reports.", labels=["collector"]
        )
        age = GaugeMetricFamily(
            "blinkenlights_collector_report_age_seconds",
            "Seconds since its last report.",
            labels=["collector"],
        )
        new_names = GaugeMetricFamily(
            "blinkenlights_new_names_per_minute",
            "Names that came for the first time in its last minute.",
            labels=["collector"],
        )
        names = GaugeMetricFamily("blinkenlights_names", "Names in the store.", labels=[])
        reporting = [each for each in self._snapshot.collectors if each.running]
        if reporting:
            names.add_metric([], min(reporting, key=lambda each: each.age).names)
        for each in self._snapshot.collectors:
            running.add_metric([each.name], each.running)
            age.add_metric([each.name], each.age)
            if each.running:
                new_names.add_metric([each.name], each.new_names_per_minute)
        behind = GaugeMetricFamily(
            "blinkenlights_queue_lag_seconds",
            "By how much what is stored lags behind what is sent.",
            labels=["address"],
        )
        waiting = GaugeMetricFamily(
            "blinkenlights_queue_waiting", "Messages that wait in the broker.", labels=["address"]
        )
        for queue in self._snapshot.queues:
            lag = max(0.0, self._snapshot.made - queue.watermark)
            behind.add_metric([queue.address], round(lag, 3))
            if queue.ready is not None:
                waiting.add_metric([queue.address], queue.ready)
        yield from (running, age, new_names, names, behind, waiting)

    def _rejected(self) -> Metric:
        rejected = CounterMetricFamily(
            "blinkenlights_rejected", "Messages that could not be parsed.", labels=["reason"]
        )
        for reason, number in self._snapshot.rejected_counts.items():
            rejected.add_metric([reason], number)
        return rejected
