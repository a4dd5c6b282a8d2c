"""Everything that can be configured: the tables, which list their keys each with its sentence.

They are the only place that lists them: loading, messages, environment names and
docs/configuration.md are all made from them. Each kind has its own, in `kinds/<kind>/settings.py`.
"""

from collections.abc import Sequence
from typing import TypeVar

from msgspec import Struct, field

from blinkenlights.config.alerting import AlertConfig
from blinkenlights.config.collecting import CollectorConfig, StoreConfig
from blinkenlights.config.links import LinksConfig
from blinkenlights.config.onward import InfluxConfig
from blinkenlights.config.page import WebConfig
from blinkenlights.config.probing import ProbeConfig
from blinkenlights.config.sources import AmqpConfig, LinesConfig
from blinkenlights.config.working import WorkersConfig

S = TypeVar("S", bound=Struct)


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be configured."""

    store: StoreConfig = field(default_factory=StoreConfig)
    amqp: list[AmqpConfig] = []
    lines: list[LinesConfig] = []
    collector: CollectorConfig = field(default_factory=CollectorConfig)
    of_kinds: tuple[Struct, ...] = ()
    """The tables of kinds that say something, in the order of the registry."""
    influx: InfluxConfig = field(default_factory=InfluxConfig)
    web: WebConfig = field(default_factory=WebConfig)
    probe: ProbeConfig = field(default_factory=ProbeConfig)
    workers: WorkersConfig = field(default_factory=WorkersConfig)
    alert: AlertConfig = field(default_factory=AlertConfig)
    links: LinksConfig = field(default_factory=LinksConfig)

    def table(self, struct: type[S]) -> S:
        """Return the table `[name]` of a kind that the struct describes, or its defaults."""
        return next(iter(self.tables(struct)), None) or struct()

    def tables(self, struct: type[S]) -> Sequence[S]:
        """Return the tables `[[name]]` of a kind that the struct describes, in their order."""
        return [each for each in self.of_kinds if isinstance(each, struct)]

    def queues(self) -> list[tuple[AmqpConfig, ...]]:
        """Return the tables in `amqp`, together where they share one queue."""
        found: dict[tuple[str, str], list[AmqpConfig]] = {}
        for each in self.amqp:
            found.setdefault((each.url, each.queue), []).append(each)
        return [tuple(bindings) for bindings in found.values()]
