"""What kinds measure, for Prometheus: names by its rules, and nothing twice.

https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
"""

import re
from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from blinkenlights.kinds.readings import Reading, Readings
from blinkenlights.kinds.registry import subjects
from blinkenlights.kinds.view_context import HORIZON_COMMANDS, ViewContext
from blinkenlights.store.reader import StoreReader

_OURS = "blinkenlights_"
_NOT_IN_NAMES = re.compile("[^a-zA-Z0-9_]")
"""A colon may be there, and is for the rules of whoever scrapes."""


def read(store: StoreReader, now: float, most: int) -> Readings:
    """Return what all kinds measure, up to `most` of each; raises a StoreError."""
    context = ViewContext(store, now, store.ask(*HORIZON_COMMANDS), None)
    all_of_them = [
        subject.display.readings(context, most)
        for subject in subjects()
        if subject.display is not None and subject.display.readings is not None
    ]
    return Readings(
        [one for readings in all_of_them for one in readings.each],
        sum(readings.left_out for readings in all_of_them),
    )


def exposition(readings: Readings) -> str:
    """Return numbers in Prometheus' text format, and how many are left out."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gauges(readings))
    return generate_latest(registry).decode()


def metric_name(name: str) -> str:
    """Return a name as Prometheus takes it; those of our own figures are nobody else's."""
    made = _NOT_IN_NAMES.sub("_", name)
    return f"_{made}" if made[:1].isdigit() or made.startswith(_OURS) else made


def labels_of(tags: Mapping[str, str]) -> dict[str, str]:
    """Return tags as labels; the values of two that become one are joined by a semicolon."""
    labels: dict[str, str] = {}
    for key, value in sorted(tags.items()):
        name = _NOT_IN_NAMES.sub("_", key)
        if name[:1].isdigit() or name.startswith("__"):
            name = f"tag_{name.lstrip('_')}"
        labels[name] = f"{labels[name]};{value}" if name in labels else value
    return labels


class _Gauges(Collector):
    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def collect(self) -> Iterator[Metric]:
        """Give each metric once, with all of its series."""
        families: dict[str, GaugeMetricFamily] = {}
        taken: set[tuple[str, ...]] = set()
        same = 0
        for reading in self._readings.each:
            name, labels = metric_name(reading.name), labels_of(reading.tags)
            identity = (name, *(part for pair in sorted(labels.items()) for part in pair))
            if identity in taken:
                same += 1
                continue
            taken.add(identity)
            _add(families, name, labels, reading)
        exported = GaugeMetricFamily(
            "blinkenlights_series", "Series of metrics that are given here.", value=len(taken)
        )
        left_out = GaugeMetricFamily(
            "blinkenlights_series_left_out",
            "Series of metrics that are not given here.",
            labels=["reason"],
        )
        left_out.add_metric(["too many"], self._readings.left_out)
        left_out.add_metric(["same name"], same)
        yield from (exported, left_out, *families.values())


def _add(
    families: dict[str, GaugeMetricFamily], name: str, labels: dict[str, str], reading: Reading
) -> None:
    if name not in families:
        families[name] = GaugeMetricFamily(name, f"Metric {reading.name}.")
    families[name].add_sample(name, labels, reading.value)
