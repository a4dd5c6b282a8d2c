"""Everything that can be configured: the tables, which list their keys each with its sentence.

They are the only place that lists them: loading, messages, environment names and
docs/configuration.md are all made from them.
"""

from typing import Any, TypeVar

from msgspec import Struct, field
from msgspec.structs import fields

from blinkenlights.config.collecting import (
    AmqpConfig,
    CollectorConfig,
    HeartbeatConfig,
    LinesConfig,
    StoreConfig,
)
from blinkenlights.config.limits import MachineConfig, PoolConfig, TransferConfig
from blinkenlights.config.page import WebConfig
from blinkenlights.config.transfer_log import LogConfig, SpeedoConfig

S = TypeVar("S", bound=Struct)


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be configured."""

    store: StoreConfig = field(default_factory=StoreConfig)
    amqp: list[AmqpConfig] = []
    lines: list[LinesConfig] = []
    collector: CollectorConfig = field(default_factory=CollectorConfig)
    heartbeat: HeartbeatConfig = field(default_factory=HeartbeatConfig)
    log: LogConfig = field(default_factory=LogConfig)
    speedo: SpeedoConfig = field(default_factory=SpeedoConfig)
    transfer: list[TransferConfig] = []
    machine: MachineConfig = field(default_factory=MachineConfig)
    pool: list[PoolConfig] = []
    web: WebConfig = field(default_factory=WebConfig)

    def queues(self) -> list[tuple[AmqpConfig, ...]]:
        """Return the tables in `amqp`, together where they share one queue."""
        found: dict[tuple[str, str], list[AmqpConfig]] = {}
        for each in self.amqp:
            found.setdefault((each.url, each.queue), []).append(each)
        return [tuple(bindings) for bindings in found.values()]

    def table(self, struct: type[S]) -> S:
        """Return the table `[name]` that a struct describes."""
        table: S = self._found(struct)
        return table

    def tables(self, struct: type[S]) -> list[S]:
        """Return the tables `[[name]]` that a struct describes, in their order."""
        tables: list[S] = self._found(list[struct])  # type: ignore[valid-type]
        return tables

    def _found(self, wanted: object) -> Any:  # noqa: ANN401 - what `wanted` is a type of
        (name,) = [each.name for each in fields(self) if each.type == wanted]
        return getattr(self, name)
