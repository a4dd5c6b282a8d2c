"""How many processes of a component are alive."""

from collections.abc import Iterable

from blinkenlights.store.layout import Instance


def running_instances(instances: Iterable[Instance]) -> int:
    """Return how many processes there are among `instances`, one that was replaced not counted.

    A process that was first seen after another's last sign of life on the same host has taken its
    place: a restart inside one interval is not two processes. So a host has as many as there
    were at most at one moment. A uuid names no host; all of them count as one host's.
    """
    by_host: dict[str, list[Instance]] = {}
    for instance in instances:
        host, colon, pid = instance.name.rpartition(":")
        by_host.setdefault(host if colon and pid.isdigit() else "", []).append(instance)
    return sum(map(_most_at_once, by_host.values()))


def _most_at_once(instances: list[Instance]) -> int:
    edges = [(instance.first, 0) for instance in instances]
    edges += [(instance.last, 1) for instance in instances]
    most = now = 0
    for _, is_end in sorted(edges):
        now += -1 if is_end else 1
        most = max(most, now)
    return most
