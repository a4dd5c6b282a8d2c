"""The prober, as a collector opens it."""

import socket
from collections.abc import Mapping

from blinkenlights.collector.source import OpenSource, Source
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.config import ProbeConfig
from blinkenlights.probing.source import ProbeSource


def prober_name(config: ProbeConfig) -> str:
    """Return the name of a prober, which is that of the machine where none is given."""
    return config.name or f"probe-{socket.gethostname()}"


def opened(config: ProbeConfig) -> OpenSource:
    """Return what makes the source when a collector asks for it."""

    def open_source(context: SourceContext, watermarks: Mapping[str, float]) -> Source:
        return ProbeSource(config, context, watermarks)

    return open_source
