"""When a file wants an endpoint probed."""

from datetime import datetime

from blinkenlights.kinds.endpoint.message import LONGEST_PERIOD
from blinkenlights.probe.files.settings import EndpointSettings
from blinkenlights.probe.schedule import Cron, Every, Schedule, longest_wait, shortest_period
from blinkenlights.yaml_files.times import cron_of, not_cron, seconds_of, zone_of
from blinkenlights.yaml_files.unfit import Unfit

SHORTEST_PERIOD = 1.0
LONGEST_EVERY = 31 * 86400.0


def schedule_of(settings: EndpointSettings) -> Schedule:
    """Return the schedule; raises Unfit. Whether a cron expression is one, period_of says."""
    if settings.cron_schedule and settings.every is not None:
        raise Unfit("every", "and cron_schedule say both when; write one of them")
    if settings.every is not None:
        seconds = seconds_of("every", settings.every)
        if not SHORTEST_PERIOD <= seconds <= LONGEST_EVERY:
            raise Unfit("every", "has to be from 1s to 31 days")
        return Every(seconds)
    if not settings.cron_schedule:
        raise Unfit("every", "is missing; write every: 60s, or cron_schedule")
    return Cron(cron_of(settings.cron_schedule), zone_of("time_zone", settings.time_zone))


def period_of(schedule: Schedule, now: float) -> float:
    """Return the shortest time between two runs, seconds; raises Unfit."""
    try:
        shortest = shortest_period(schedule, now)
    except ValueError as error:
        raise not_cron("cron_schedule", error) from None
    if isinstance(schedule, Cron):
        begun = datetime.fromtimestamp(now, schedule.zone)
        month = datetime(begun.year, begun.month, 1)  # noqa: DTZ001 - the zone is the schedule's
        if longest_wait(schedule, month) > LONGEST_PERIOD:
            raise Unfit(
                "cron_schedule",
                "leaves more than five weeks between two probes; until then nobody would see that "
                "there are none any more",
            )
    return shortest
