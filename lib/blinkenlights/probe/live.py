"""Endpoints probed now, for a check without prober and store, in the words of the one with both."""

import asyncio
import os
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic

from blinkenlights.clock import Clock
from blinkenlights.config import load
from blinkenlights.errors import ConfigError
from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.answer import answer
from blinkenlights.kinds.endpoint.decode import fact_of
from blinkenlights.kinds.endpoint.slowness import Limits
from blinkenlights.kinds.endpoint.states import WORST_FIRST
from blinkenlights.kinds.endpoint.survey import Endpoint as Judged
from blinkenlights.kinds.endpoint.survey import Found, IsMeant
from blinkenlights.plugin import deadline
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import wanted
from blinkenlights.probe.agenda import Job
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.files.collection import EndpointFolder
from blinkenlights.probe.judge import judge
from blinkenlights.probe.result import Probed, result_of
from blinkenlights.probe.schedule import following
from blinkenlights.yaml_files.problems import Problem

FAIR_SHARE = 0.5
"""Of its time, or of that of the check; with less of it no answer proves nothing."""
AT_ONCE = 250
"""Probes that run at the same time: with a descriptor for each, below what a process may have."""
TO_JUDGE = 0.25
"""Share of the time of the check that is kept for what comes after the probes ..."""
MOST_TO_JUDGE = 1.0
"""... and so many seconds at most."""
NO_FOLDER = "name the folder of endpoint files with --endpoints, or as endpoints in [probe]"


def answer_now(
    given: Namespace,
    names: Sequence[str],
    is_meant: IsMeant | None,
    limits: Limits,
    clock: Clock,
) -> Answer:
    """Return the answer of check_endpoint by probes that are made now.

    Raises ConfigError without a folder of endpoint files.
    """
    path = given.endpoints or load(given.config).probe.endpoints
    if not path:
        raise ConfigError(NO_FOLDER)
    if not Path(path).is_dir():
        raise ConfigError(f"{path} is no folder; {NO_FOLDER}")
    deadline.busy_with(f"reading the endpoint files in {path}")
    folder = EndpointFolder(Path(path), os.environ, clock)
    folder.look()
    collection = folder.collection()
    chosen = _chosen(collection.endpoints, names, is_meant)
    deadline.busy_with(f"probing {len(chosen)} endpoints")
    results = asyncio.run(_probed(chosen, given.timeout, clock))
    too_late = len(chosen) - len(results)
    now = clock()
    endpoints = sorted(
        (_judged(each, now) for each in results),
        key=lambda one: (WORST_FIRST.index(one.word), one.name),
    )
    known = collection.endpoints.keys()
    missing = [name for name in names if not is_glob(name) and name not in known]
    found = Found(len(endpoints), endpoints, [], [], missing, {}, {}, folder=path)
    is_filtered = bool(names or given.label)
    # Where everything asked for is there, mistakes elsewhere are no matter.
    problems = collection.problems if missing or not is_filtered or not endpoints else ()
    broken, unusable = (
        [_sentence(each) for each in problems if each.is_replaced is is_replaced]
        for is_replaced in (True, False)
    )
    if too_late:
        unusable.append(f"{too_late} further endpoints could not be probed in time: narrow it")
    asked = wanted(given, is_filtered=is_filtered)
    return answer(found, _present(now), asked, broken, unusable, limits=limits)


def _chosen(
    endpoints: Mapping[str, Endpoint], names: Sequence[str], is_meant: IsMeant | None
) -> list[Endpoint]:
    matches = matcher(names or ["*"])
    return [
        each
        for name, each in endpoints.items()
        if (name in names or matches(name)) and (is_meant is None or is_meant(each.labels))
    ]


async def _probed(endpoints: Sequence[Endpoint], whole: float, clock: Clock) -> list[Probed]:
    """Probe them, each for as long as its file says, all in what is left of a check's time.

    One that did not answer within a small part of it is left out: that says nothing of the
    endpoint, but that this machine is slow, or that others took the time.
    """
    room = asyncio.Semaphore(AT_ONCE)
    end = monotonic() + deadline.left(whole) - min(TO_JUDGE * whole, MOST_TO_JUDGE)

    async def probe(endpoint: Endpoint, asker: Asker) -> Probed | None:
        async with room:
            left = end - monotonic()
            if left <= 0:
                return None
            started = clock()
            fair = min(endpoint.request.timeout, whole)
            request = endpoint.request._replace(timeout=min(fair, left))
            seen = await asker.ask(request, clock)
            if left < FAIR_SHARE * fair and seen.trouble == "timeout":
                return None
            job = Job(endpoint, started, following(endpoint.schedule, started))
            return Probed(job, started, clock(), seen)

    async with Asker() as asker:
        probed = await asyncio.gather(*(probe(each, asker) for each in endpoints))
    return [each for each in probed if each is not None]


def _judged(probed: Probed, now: float) -> Judged:
    """Return an endpoint as if this were all that was ever seen of it."""
    endpoint = probed.job.endpoint
    message = result_of(probed, judge(endpoint, probed.observation), "this check")
    message.failures, message.recoveries = (1, 1), 1
    fact = fact_of(message, now)
    details = keys.parse_details(getattr(fact, "details", "{}"))
    level = getattr(fact, "level", 2)
    bad, good = keys.Track(1, probed.ended, 0), keys.Track(0, 0.0, 1)
    facts = keys.Facts(
        due=probed.job.due,
        ended=probed.ended,
        first=probed.ended,
        receipt=now,
        source="",
        level=level,
        since=probed.ended,
        streak=1,
        runs=1,
        good=0.0 if level else probed.ended,
        failing=bad if level == 2 else good,  # noqa: PLR2004
        degraded=bad if level else good,
        recent=[level],
    )
    word = ("good", "degraded", "failing")[level]
    return Judged(endpoint.name, word, probed.ended, facts, details)


def _present(now: float) -> Horizon:
    """Return the horizon of who sees everything now."""
    return Horizon(now, now, now, None, 60, [], {}, {}, "")


def _sentence(problem: Problem) -> str:
    if not problem.line:
        return f"{problem.file} cannot be used: {problem.sentence}"
    if problem.is_elsewhere:
        return f"{problem.file} line {problem.line}: {problem.sentence}"
    return f"{problem.file} line {problem.line} cannot be used: {problem.sentence}"
