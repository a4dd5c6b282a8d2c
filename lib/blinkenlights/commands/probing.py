"""Probing as a part of `blinkenlights up`: by one prober, or by a scheduler and its workers."""

import asyncio
import socket
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from blinkenlights.collector.source import OpenSource
from blinkenlights.commands.collect import Daemon
from blinkenlights.config import Config

WORKERS = 2
"""One would do; by the second one it can be seen that they share what is due."""


def has_workers(config: Config) -> bool:
    """Return whether a scheduler and workers probe here."""
    return bool(config.probe.endpoints and config.workers.broker)


def sources(config: Config) -> Sequence[OpenSource]:
    """Return what probes endpoints or gives them out, where a folder of them is configured."""
    if not config.probe.endpoints:
        return ()
    # aiohttp is dear to import.
    from blinkenlights.probing import opening  # noqa: PLC0415
    from blinkenlights.probing.scheduling import opening as scheduling  # noqa: PLC0415

    if not has_workers(config):
        return (opening.opened(replace(config.probe, name=opening.prober_name(config.probe))),)
    probe = replace(config.probe, name=scheduling.scheduler_name(config.probe))
    return (scheduling.opened(probe, config.workers),)


def with_results(config: Config) -> Config:
    """Return `config` with the queue to which workers publish, where there are any."""
    if not has_workers(config):
        return config
    from blinkenlights.probing.scheduling.opening import queue_of_results  # noqa: PLC0415

    return replace(config, amqp=[*config.amqp, queue_of_results(config.workers)])


def workers(config: Config) -> Sequence[Callable[[Config], Daemon]]:
    """Return what makes the workers, where there are any."""
    return (TwoWorkers,) if has_workers(config) else ()


class TwoWorkers:
    """The workers of `config`, in this process."""

    def __init__(self, config: Config) -> None:
        from blinkenlights.probing.working.teller import Who  # noqa: PLC0415
        from blinkenlights.probing.working.worker import Worker  # noqa: PLC0415

        name = config.workers.name or socket.gethostname().partition(".")[0]
        self._workers = [
            Worker(config, Who(f"{name}-{number}", config.workers.location, {}))
            for number in range(1, WORKERS + 1)
        ]

    async def run(self) -> None:
        """Work until `stop`."""
        async with asyncio.TaskGroup() as group:
            for each in self._workers:
                group.create_task(each.run())

    def stop(self) -> None:
        """Finish what runs, and leave."""
        for each in self._workers:
            each.stop()

    def reload(self, config: Config) -> None:
        """Go on: what has changed in [workers] takes a restart, as for the scheduler."""
