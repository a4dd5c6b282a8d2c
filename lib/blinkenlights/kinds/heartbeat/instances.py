"""How many processes of a component are alive, and since when they are too few."""

from collections.abc import Iterable, Sequence

from blinkenlights.kinds.heartbeat.keys import Instance


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


def last_enough(
    instances: Sequence[Instance], minimum: int, living: Sequence[Instance]
) -> float | None:
    """Return when there were last as many as `minimum`, as far as is known.

    Where they were never seen together, as ones that beat once, it is when the last of those was
    seen that live no more. None when all that were ever seen live: there were never enough.
    """
    moments = [
        one.last
        for one in instances
        if sum(other.first <= one.last <= other.last for other in instances) >= minimum
    ]
    gone = [one.last for one in instances if one not in living]
    return max(moments or gone, default=None)


def _most_at_once(instances: list[Instance]) -> int:
    edges = [(instance.first, 0) for instance in instances]
    edges += [(instance.last, 1) for instance in instances]
    most = now = 0
    for _, is_end in sorted(edges):
        now += -1 if is_end else 1
        most = max(most, now)
    return most
