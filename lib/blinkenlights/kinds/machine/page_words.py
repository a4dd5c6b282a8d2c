"""The state of each machine in words, from how it was judged."""

from blinkenlights.kinds.machine.judge import Judged, activity, pool_words
from blinkenlights.kinds.machine.shortages import PoolShortage
from blinkenlights.kinds.machine.states import RESTING
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.view import Verdict, ahead_of_clock, last_seen
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Unknown, Warn
from blinkenlights.plugin.words import moment, span

_WORDS: dict[ServiceState, Status] = {
    Ok: "OK",
    Warn: "WARNING",
    Critical: "CRITICAL",
    Unknown: "UNKNOWN",
}


def verdict_of(judged: Judged, now: float, doubt: str, *, is_blind: bool) -> Verdict:
    """Return what is to be said of one machine.

    Args:
        judged: As the check judges it.
        now: The present.
        doubt: Why what looks well may not be; empty when all is known.
        is_blind: Nothing can be judged at all.
    """
    status = _WORDS[judged.status]
    is_hidden = is_blind and judged.word != "retired"
    if is_hidden or (doubt and status == "OK" and judged.word not in RESTING):
        return Verdict("unheard", "UNKNOWN", f"{_age(judged, now)}; {doubt}")
    sentence = ", ".join(filter(None, [_state(judged, now), activity(judged, now)]))
    return Verdict(judged.word, status, sentence, judged.since or None)


def shortage_in_words(one: PoolShortage) -> str:
    """Return what a pool lacks, since when."""
    doubt = f" ({one.doubt})" if one.doubt else ""
    since = f", since {moment(one.since)}" if one.since else ""
    resting = f", {one.quarantined} in quarantine" if one.quarantined else ""
    return f"pool {pool_words(one.pool)}: {one.alive} of {one.minimum} alive{resting}{since}{doubt}"


def _state(judged: Judged, now: float) -> str:
    limit = f", limit {judged.limit}" if judged.limit else ""
    lasted = span(max(0.0, round(judged.silence)))
    words = {
        "lost": f"lost: its task's claim expired at {moment(judged.since)}, {_age(judged, now)}",
        "silent": f"silent for {lasted}, since {moment(judged.seen)}{limit}",
        "late": f"late for {lasted}, since {moment(judged.seen)}{limit}",
        "failing": f"failing: {judged.why}{limit}",
        "expected": f"declared {span(max(0.0, round(now - judged.since)))} ago, never seen{limit}",
        "unheard": f"{_age(judged, now)}{limit}; {judged.why}",
        "ahead": ahead_of_clock("last seen", judged.seen - now),
        "idle": f"idle, {_age(judged, now)}; no limit is set for its pool",
        "quarantined": f"in quarantine since {moment(judged.since)}"
        + (f": {judged.why}" if judged.why else ""),
        "retired": f"retired since {moment(judged.since)}",
        "removed": f"{judged.why or 'removed'} at {moment(judged.since)}",
    }
    return words.get(judged.word, f"{_age(judged, now)}{limit}")


def _age(judged: Judged, now: float) -> str:
    return last_seen(judged.seen, now) if judged.seen else "never seen"
