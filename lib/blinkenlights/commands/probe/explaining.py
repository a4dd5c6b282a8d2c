"""`blinkenlights probe explain`: when an endpoint is probed, and what is expected of it."""

from datetime import datetime
from math import inf
from pathlib import Path

from blinkenlights.clock import wall_clock
from blinkenlights.commands.probe.finding import found_among
from blinkenlights.commands.probe.posting import as_data
from blinkenlights.commands.probe.posting import in_words as posted
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.config_keys.words import DEFAULT_LOCATION
from blinkenlights.plugin.words import span
from blinkenlights.probe.endpoint import Confirm, Endpoint, Policy, Request
from blinkenlights.probe.schedule import Cron, following, in_words, offset_of

RUNS = 5


def run(folder: Path, name: str, *, as_json: bool) -> int:
    """Say what the file of an endpoint means; returns 0. Raises UsageError."""
    (endpoint, files), now = found_among(folder, name), wall_clock()
    runs = next_runs(endpoint, now)
    schedule = in_words(endpoint.schedule, now)
    if as_json:
        say_json(
            {
                "endpoint": endpoint.name,
                "file": endpoint.file,
                "line": endpoint.line,
                "url": endpoint.request.shown_url,
                "schedule": schedule,
                "offset": offset_of(endpoint.name, endpoint.schedule),
                "next": runs,
                "tests": [each.text for each in endpoint.tests],
                "degraded": [each.text for each in endpoint.degraded],
                "failures": [endpoint.policy.failures, endpoint.policy.of],
                "recoveries": endpoint.policy.recoveries,
                "timeout": endpoint.request.timeout,
                "labels": dict(endpoint.labels),
                "location": endpoint.location,
                "confirm": list(endpoint.confirm) if endpoint.confirm else [],
                "outputs": as_data(endpoint.outputs),
                "self": as_data(files.self_outputs),
            }
        )
        return 0
    request, policy = endpoint.request, endpoint.policy
    say(
        f"{endpoint.name}, in {endpoint.file} line {endpoint.line}",
        f"  {_asked(request)}, for {span(request.timeout)} at most",
        f"  when       {schedule}, but {offset_of(endpoint.name, endpoint.schedule):g}s later, so "
        f"that not all run at once",
        *(
            f"  next       {_when(endpoint, each)}, in {span(max(0.0, each - now))}"
            for each in runs
        ),
        *(f"  fails      unless {each.text}" for each in endpoint.tests),
        *(["  fails      unless it can be connected to"] if not endpoint.tests else []),
        *(f"  degraded   if {each.text}" for each in endpoint.degraded),
        f"  is bad     {_bad_after(policy)}, good again after {_good_after(policy)}",
        *([f"  confirm    {_confirmed(endpoint.confirm)}"] if endpoint.confirm else []),
        *([f"  location   {endpoint.location}"] if endpoint.location != DEFAULT_LOCATION else []),
        *(f"  captures   {each}" for each in endpoint.capture),
        *(f"  posts      {each}" for each in posted(endpoint.outputs)),
        *(f"  prober     posts {each}" for each in posted(files.self_outputs)),
        *(f"  label      {name}={value}" for name, value in endpoint.labels.items()),
        *(["  reference  tells whether anything is reached"] if endpoint.is_reference else []),
    )
    return 0


def next_runs(endpoint: Endpoint, now: float) -> list[float]:
    """Return the moments of the next few runs, seconds since the epoch."""
    offset = offset_of(endpoint.name, endpoint.schedule)
    runs: list[float] = []
    due = following(endpoint.schedule, now, offset)
    while due < inf and len(runs) < RUNS:
        runs.append(due)
        due = following(endpoint.schedule, due, offset)
    return runs


def _asked(request: Request) -> str:
    if request.scheme in ("http", "https"):
        return f"asks       {request.method} {request.shown_url}"
    return f"connects   to {request.shown_url}"


def _bad_after(policy: Policy) -> str:
    if policy.of == 1:
        return "after one bad result"
    if policy.failures == policy.of:
        return f"after {policy.of} bad results in a row"
    return f"when {policy.failures} of its last {policy.of} results are bad"


def _good_after(policy: Policy) -> str:
    return "one good one" if policy.recoveries == 1 else f"{policy.recoveries} good ones in a row"


def _confirmed(confirm: Confirm) -> str:
    return f"by {confirm.bad} of {confirm.of} workers, before a result is bad"


def _when(endpoint: Endpoint, moment: float) -> str:
    zone = endpoint.schedule.zone if isinstance(endpoint.schedule, Cron) else None
    local = datetime.fromtimestamp(moment).astimezone(zone)
    return f"{local:%a %Y-%m-%d %H:%M:%S %Z}"
