"""What is to be said of one machine, from what is known of it and what could be heard."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.machine.keys import OUTCOMES_KEPT, Quarantine
from blinkenlights.kinds.machine.keys import Facts as MachineFacts
from blinkenlights.kinds.machine.limits import IDLE_AFTER, MachineLimits, ends
from blinkenlights.kinds.machine.read import MachineCensus, SeenMachine
from blinkenlights.plugin.hearing import deafness, only_lags, possible_sources, silence
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Unknown, Warn
from blinkenlights.plugin.words import NAMED, clean, listing, span


class Judged(NamedTuple):
    """One machine, judged."""

    machine: str
    word: str
    """`lost`, `silent`, `failing`, `expected`, `unheard`, `ahead`, `late`, `idle`, `quarantined`,
    `retired`, `removed` or `alive`."""
    status: ServiceState
    pool: str
    """Empty when it is not known."""
    seen: float
    """When it last did something itself; 0 for never."""
    since: float
    """When the state began, as far as that is known."""
    silence: float = 0.0
    """Seconds without a sign of life while we could hear."""
    limit: str = ""
    """The limit that it broke or is measured by, in words."""
    why: str = ""
    """How it failed, why it could not be heard, or why it is in quarantine, in words."""
    until: float | None = None
    """When a quarantine ends by itself."""
    facts: MachineFacts | None = None
    """What else is known, where it was looked at."""


class MachineJudge(NamedTuple):
    """Judges machines of one census by one set of limits at one horizon."""

    horizon: Horizon
    limits: MachineLimits
    census: MachineCensus

    @property
    def latest(self) -> float:
        """Who was seen after this moment was seen by a wrong clock."""
        return self.horizon.now + CLOCK_TOLERANCE

    def quarantine(self, machine: str) -> Quarantine | None:
        """Return the quarantine that a machine is in now."""
        found = self.census.quarantined.get(machine)
        over = found is not None and found.until is not None and found.until <= self.horizon.now
        return None if over else found

    def needs_facts(self, one: SeenMachine) -> bool:
        """Whether the time at which it was last seen does not say all of a machine."""
        age = max(0.0, self.horizon.judged_at - one.seen)
        return any(limit and not limit.match(age) for limit in self.limits.ages(one.pool))

    def seen(self, one: SeenMachine, facts: MachineFacts | None) -> Judged:
        """Return what is to be said of a machine that was seen at least once, or lost a claim."""
        judged = Judged(one.machine, "alive", Ok, one.pool, one.seen, one.seen, facts=facts)
        quarantine = self.quarantine(one.machine)
        if quarantine:
            return _resting(judged, quarantine)
        lost_at = self.census.lost.get(one.machine, 0.0)
        sources = possible_sources(self.horizon, facts.source if facts else "")
        if lost_at > one.seen and silence(self.horizon, lost_at, 0.0, sources) > 0:
            lasted = max(0.0, self.horizon.judged_at - one.seen) if one.seen else 0.0
            return judged._replace(word="lost", status=Critical, since=lost_at, silence=lasted)
        if one.seen > self.latest:
            return judged._replace(word="ahead", status=Unknown)
        aged = self._by_age(judged, sources)
        if aged.status is Critical:
            return aged
        return self._failing(judged) or aged

    def expected(self, machine: str, declared: float) -> Judged:
        """Return what is to be said of a machine that was declared and never seen.

        Its pool is not known, so the limits for any pool hold, and without any it is a warning.
        """
        judged = Judged(machine, "expected", Ok, "", 0.0, declared)
        quarantine = self.quarantine(machine)
        if quarantine:
            return _resting(judged, quarantine)
        warning, critical = self.limits.ages("")
        age = max(0.0, self.horizon.as_of - declared)
        sources = possible_sources(self.horizon, "")
        if warning is None and critical is None:
            return judged._replace(status=Warn, silence=age)
        for status, limit in ((Critical, critical), (Warn, warning)):
            if limit is None:
                continue
            lasted = silence(self.horizon, declared, ends(limit), sources)
            if not limit.match(lasted):
                words = self.limits.words(status, "")
                return judged._replace(status=status, silence=age, limit=words)
        return judged._replace(silence=age, limit=self.limits.words(Critical, ""))

    def _by_age(self, judged: Judged, sources: Collection[str]) -> Judged:
        horizon, pool = self.horizon, judged.pool
        age = max(0.0, horizon.judged_at - judged.seen)
        warning, critical = self.limits.ages(pool)
        if warning is None and critical is None:
            word = "idle" if age > IDLE_AFTER else "alive"
            return judged._replace(word=word, silence=age)
        unheard = None
        for status, word, limit in ((Critical, "silent", critical), (Warn, "late", warning)):
            if limit is None or limit.match(age):
                continue
            grace = ends(limit)
            lasted = silence(horizon, judged.seen, grace, sources)
            words = self.limits.words(status, pool)
            if not limit.match(lasted):
                return judged._replace(word=word, status=status, silence=lasted, limit=words)
            if unheard is None and not only_lags(horizon, judged.seen, sources):
                why = deafness(horizon, judged.seen, grace, sources)
                unheard = judged._replace(
                    word="unheard", status=Unknown, silence=age, limit=words, why=why
                )
        return unheard or judged._replace(silence=age, limit=self.limits.words(Critical, pool))

    def _failing(self, judged: Judged) -> Judged | None:
        limit = self.limits.failing(judged.pool)
        failures = judged.facts.failures if judged.facts else []
        if not limit or len(failures) < limit:
            return None
        first = failures[-1].time
        number = f"{len(failures)}{' or more' if len(failures) == OUTCOMES_KEPT else ''}"
        words = Counter(one.word for one in failures).most_common()
        reasons = ", ".join(f"{times} {clean(word)}" for word, times in words)
        lasted = span(max(0.0, round(self.horizon.as_of - first)))
        return judged._replace(
            word="failing",
            status=Critical,
            since=first,
            limit=str(limit),
            why=f"{number} in a row since {lasted}: {reasons}",
        )


def _resting(judged: Judged, quarantine: Quarantine) -> Judged:
    since, until, why = quarantine.since, quarantine.until, clean(quarantine.reason)
    return judged._replace(word="quarantined", since=since, until=until, why=why)


def pool_words(pool: str) -> str:
    """Return the name of a pool for people."""
    return clean(pool) if pool else "not known"


def activity(judged: Judged, now: float) -> str:
    """Return what a machine does and did last, in words; empty when that is not known."""
    facts = judged.facts
    if facts is None or not facts.task:
        return ""

    def ago(moment: float) -> str:
        return span(max(0.0, round(now - moment)))

    # Of one that is lost nobody says that it runs anything.
    runs = () if judged.word == "lost" else facts.open_runs
    doing = [f"{clean(run.task)} since {ago(run.started)}" for run in runs]
    words = [f"runs {listing(doing, NAMED)}"] if doing else []
    if facts.task not in {run.task for run in runs}:
        reason = f" ({clean(facts.reason)})" if facts.reason else ""
        words.append(f"last task {clean(facts.task)} {facts.state}{reason} {ago(facts.since)} ago")
    return ", ".join(words)
