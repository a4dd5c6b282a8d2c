"""What is demanded of how long probes take, beside what the files say."""

from blinkenlights.kinds.endpoint.survey import Found
from blinkenlights.kinds.endpoint.words import seconds
from blinkenlights.plugin.judgement import Problem
from blinkenlights.plugin.nagios import Critical, Range, ServiceState, Unknown, Warn
from blinkenlights.plugin.verdict import grade
from blinkenlights.plugin.words import NAMED, listing, short


class Limits:
    """Ranges for the seconds of the last probe of each endpoint."""

    def __init__(self, warning: Range | None = None, critical: Range | None = None) -> None:
        """Take two ranges."""
        self.warning = warning
        self.critical = critical

    @property
    def are_given(self) -> bool:
        """Whether any time is bad."""
        return self.warning is not None or self.critical is not None


def slow(found: Found, limits: Limits) -> tuple[Problem, Problem]:
    """Return the times that are critical, and those that are worth a warning.

    Of who is not probed, or not heard, no time counts.
    """
    told: dict[ServiceState, list[str]] = {Critical: [], Warn: []}
    if limits.are_given:
        for one in found.endpoints:
            total = one.details.phases.get("total")
            if total is None or one.word in ("overdue", "unheard"):
                continue
            state, limit = grade(total, limits.warning, limits.critical)
            if state in told and state is not Unknown:
                told[state].append(f"{short(one.name)} took {seconds(total)}{limit}")
    return _problem("too_slow", Critical, told[Critical]), _problem("slow", Warn, told[Warn])


def _problem(name: str, state: ServiceState, texts: list[str]) -> Problem:
    return Problem(name, state, len(texts), listing(texts, NAMED), texts)
