r"""What there has to be on a broker for probing with many workers, and the least that users need.

The worker of a location takes the jobs of that location, hears what concerns it, and publishes
results and reports. It may not read results, nor jobs of elsewhere, and may send no jobs: whoever
sends jobs can have the secrets of a worker sent anywhere.
"""

import re
from collections.abc import Sequence

from blinkenlights.commands.broker.plan import EVERYTHING, Exchange, Plan, Queue, User
from blinkenlights.config_keys.words import check_location
from blinkenlights.errors import UsageError
from blinkenlights.probing.jobs import routes

SCHEDULER = "blinkenlights-scheduler"
WORKER = "blinkenlights-worker-"
"""Followed by the location: the user of all workers there."""


def plan_of_workers(vhost: str, exchange: str, locations: Sequence[str]) -> Plan:
    """Return what there has to be.

    Args:
        vhost: The virtual host; others should use it for nothing else.
        exchange: The one of `[workers]`.
        locations: Where workers are.

    Raises:
        UsageError: A location cannot have that name.
    """
    distinct = tuple(dict.fromkeys(locations))
    _refuse(distinct)
    return Plan(
        vhost,
        (Exchange(exchange, "topic"),),
        (
            Queue(routes.RESULTS, exchange, (routes.result_key("#"),)),
            *(Queue(routes.JOBS + each, exchange, (routes.job_key(each),)) for each in distinct),
        ),
        (_scheduler(exchange), *(_worker(exchange, each) for each in distinct)),
    )


def _worker(exchange: str, location: str) -> User:
    where, own = re.escape(location), re.escape(routes.queue_of_worker(location, ""))
    jobs, through = re.escape(routes.JOBS + location), re.escape(exchange)
    return User(
        WORKER + location,
        configure=f"^{own}.*$",
        write=f"^({own}.*|{through})$",
        read=f"^({own}.*|{jobs}|{through})$",
        exchange=exchange,
        write_keys=rf"^(result|report)\.{where}$",
        read_keys=rf"^(sheet\.{where}|worker\.{where}\..*)$",
        may=f"takes jobs of {location} and publishes their results",
    )


def _scheduler(exchange: str) -> User:
    queues = r"blinkenlights\.probe\..*"
    through, rejected = re.escape(exchange), re.escape("blinkenlights.rejected")
    return User(
        SCHEDULER,
        configure=f"^({queues}|{through}|{rejected})$",
        # What cannot be parsed goes to its queue by the default exchange.
        write=rf"^({queues}|{through}|amq\.default)$",
        read=f"^({queues}|{through})$",
        exchange=exchange,
        write_keys=EVERYTHING,
        read_keys=EVERYTHING,
        may="gives jobs to workers and stores results",
    )


def _refuse(locations: Sequence[str]) -> None:
    for one in locations:
        try:
            check_location(one)
        except ValueError as error:
            raise UsageError(f"--location: {error}") from None
        for other in locations:
            if other.startswith(f"{one}."):
                raise UsageError(
                    f"workers of {one} could read what is for workers of {other}, because {other} "
                    f"begins with {one}.; choose names without such dots"
                )
