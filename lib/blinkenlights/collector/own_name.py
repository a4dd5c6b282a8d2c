"""The name under which a collector reports: nobody else's, and the same after a restart."""

import logging
import os
import socket
from collections.abc import Iterable

from blinkenlights.collector.store_retries import DEAD_SECONDS
from blinkenlights.errors import ConfigError
from blinkenlights.store.report import CollectorReport

log = logging.getLogger("blinkenlights.collector")


def refuse_a_name_in_use(name: str, reports: Iterable[CollectorReport], now: float) -> None:
    """Raise ConfigError when another collector writes its report under our name."""
    for report in reports:
        age = now - report.beat
        if report.name != name or report.stopped is not None or abs(age) > DEAD_SECONDS:
            continue
        if report.host != socket.gethostname() or is_another_process(report.pid):
            raise ConfigError(
                f"collector.name: a collector named {name} has been at work {abs(age):.0f} "
                f"seconds ago, as process {report.pid} on {report.host}; give this one another "
                f"name, or start it again {DEAD_SECONDS:.0f} seconds after that one died"
            )


def warn_of_a_borrowed_name(name: str) -> None:
    """Warn of a name that may be another after a restart; a web server adds to the host's."""
    if name.removesuffix("-web") == socket.gethostname():
        log.warning(
            "collector.name is not set: this collector is called %s, as the host is; "
            "set it if that name changes, as with every new container",
            name,
        )


def is_another_process(pid: int) -> bool:
    """Return whether a process of this machine runs that is not this one."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
