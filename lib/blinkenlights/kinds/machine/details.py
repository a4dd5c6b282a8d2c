"""All that check_machine knows of machines, for --json."""

from collections.abc import Sequence

from blinkenlights.kinds.machine.judge import Judged
from blinkenlights.kinds.machine.survey import Machines
from blinkenlights.plugin.horizon import Horizon

STATES = (
    *("lost", "silent", "failing", "expected", "ahead", "unheard", "late"),
    *("idle", "quarantined", "retired", "removed", "alive"),
)
"""Words for machines, in the order to list them."""


def known(found: Machines, horizon: Horizon, doubts: Sequence[str]) -> dict[str, object]:
    """Return all that is known, for programs. Times are seconds since the epoch."""
    return {
        "judged_at": horizon.judged_at,
        "doubts": list(doubts),
        "machines": [_facts_of(one) for one in found.of(*STATES)],
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
        "runs": [run._asdict() for run in known.open_runs] if known else [],
        "running_since": known.running_since if known else None,
        "failures": len(known.failures) if known else None,
    }
