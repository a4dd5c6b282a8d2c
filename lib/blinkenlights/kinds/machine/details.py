"""All that check_machine knows: a line for each problem, and facts for programs."""

import time
from collections.abc import Sequence

from blinkenlights.kinds.machine.judge import Judged, activity, pool_words
from blinkenlights.kinds.machine.shortages import PoolShortage
from blinkenlights.kinds.machine.survey import Machines
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import clean, span

_PROBLEMS = ("lost", "silent", "failing", "expected", "ahead", "unheard", "late")
_STATES = (*_PROBLEMS, "idle", "quarantined", "retired", "removed", "alive")


def lines(found: Machines, horizon: Horizon, doubts: Sequence[str]) -> list[str]:
    """Return a line for each problem, worst first, then for what alarms nobody."""
    told = [
        *[(str(one.status), sentence(one, horizon.now)) for one in found.of(*_PROBLEMS)],
        *[("unknown" if one.doubt else "critical", shortage(one)) for one in found.shortages],
        *[("unknown", doubt) for doubt in doubts],
        *[("unknown", f"{clean(name)} is not known") for name in found.missing],
    ]
    order = ("critical", "unknown", "warning")
    return [
        *[f"{state.upper()}: {text}" for which in order for state, text in told if state == which],
        *[text for state, text in told if state not in order],
        *[
            sentence(one, horizon.now)
            for one in found.of("idle", "quarantined", "retired", "removed")
        ],
        *[f"silence is not judged in pool {pool_words(pool)}" for pool in found.unjudged],
    ]


def sentence(one: Judged, now: float) -> str:
    """Return all that is to be said of one machine: `mdc1:ms-100 (pool) silent for 5h, ...`."""
    name = f"{clean(one.machine)}" + (f" ({pool_words(one.pool)})" if one.pool else "")
    return f"{name} {said(one, now)}"


def said(one: Judged, now: float) -> str:
    """Return what is to be said of one machine, without its name."""
    limit = f", limit {one.limit}" if one.limit else ""
    doing = activity(one, now)
    tail = f"; {doing}" if doing else ""
    ago = span(max(0.0, round(now - one.seen)))
    seen = f"last seen {ago} ago" if one.seen else "never seen"
    lasted = span(round(one.silence))
    return {
        "lost": f"lost: its claim of a task expired {_moment(one.since)}, not seen since; {seen}"
        f"{tail}",
        "silent": f"silent for {lasted}, since {_moment(one.seen)}{limit}{tail}",
        "failing": f"failing, {one.why}{limit}; {seen}{tail}",
        "expected": f"declared {lasted} ago and never seen{limit}",
        "ahead": f"last seen ahead of our clock, {_moment(one.seen)}; set the clocks",
        "unheard": f"not heard since {_moment(one.seen)}, {one.why}{limit}{tail}",
        "late": f"late for {lasted}, since {_moment(one.seen)}{limit}{tail}",
        "idle": f"idle, {seen}, its silence is not judged{tail}",
        "quarantined": f"quarantined since {_moment(one.since)}"
        + (f" until {_moment(one.until)}" if one.until else "")
        + (f": {one.why}" if one.why else "")
        + f"; {seen}{tail}",
        "retired": f"retired since {_moment(one.since)}",
        "removed": f"{clean(one.why) or 'removed'} {_moment(one.since)}; {seen}{tail}",
        "alive": f"{seen}{limit}{tail}",
    }[one.word]


def shortage(one: PoolShortage) -> str:
    """Return in words what a pool lacks, or why nobody can know whether it does."""
    resting = f", {one.quarantined} quarantined" if one.quarantined else ""
    since = f", enough until {_moment(one.since)}" if one.since else ""
    doubt = f", {one.doubt}" if one.doubt else ""
    return (
        f"pool {pool_words(one.pool)} has {one.alive} of {one.minimum} machines needed"
        f"{resting}{since}{doubt}"
    )


def facts(found: Machines, horizon: Horizon, doubts: Sequence[str]) -> dict[str, object]:
    """Return what else is known, for --json. Times are seconds since the epoch."""
    return {
        "judged_at": horizon.judged_at,
        "doubts": list(doubts),
        "machines": [_facts_of(one) for one in found.of(*_STATES)],
        "missing": found.missing,
        "short": [one._asdict() for one in found.shortages],
        "unjudged": found.unjudged,
    }


def _facts_of(one: Judged) -> dict[str, object]:
    known = one.facts
    return {
        "machine": one.machine,
        "state": one.word,
        "status": str(one.status),
        "pool": one.pool,
        "seen": one.seen or None,
        "since": one.since,
        "silence": round(one.silence, 3),
        "limit": one.limit,
        "why": one.why,
        "until": one.until,
        "task": known.task if known else "",
        "task_state": known.state if known else "",
        "task_reason": known.reason if known else "",
        "running_since": known.running_since if known else None,
        "failures": len(known.failures) if known else None,
    }


def _moment(when: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(when))
