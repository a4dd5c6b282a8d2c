"""The scheduler, as a collector opens it."""

from collections.abc import Mapping

from blinkenlights.collector.source import OpenSource, Source
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.config import AmqpConfig, ProbeConfig, WorkersConfig
from blinkenlights.kinds.endpoint.signal import ENDPOINTS
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.scheduling.places import Places
from blinkenlights.probing.scheduling.source import ScheduleSource

NAME = "probe-schedule"


def scheduler_name(config: ProbeConfig) -> str:
    """Return the name that schedulers share which stand by for each other."""
    return config.name or NAME


def queue_of_results(workers: WorkersConfig) -> AmqpConfig:
    """Return the queue to which workers publish results, for whoever stores them."""
    return workers.amqp(routes.RESULTS, [routes.result_key("#")], ENDPOINTS.name)


def opened(config: ProbeConfig, workers: WorkersConfig, places: Places | None = None) -> OpenSource:
    """Return what makes the source when a collector asks for it; it keeps `places` up to date."""

    def open_source(context: SourceContext, watermarks: Mapping[str, float]) -> Source:
        return ScheduleSource(config, workers, context, watermarks, places)

    return open_source
