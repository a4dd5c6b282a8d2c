"""Why an endpoint is not good, and how many bad results that takes, in words."""

from blinkenlights.kinds.endpoint.survey import Endpoint
from blinkenlights.plugin.words import clean, shorten

REASON_BYTES = 120
"""Of the reason of one endpoint, on line 1."""


def why(one: Endpoint, most: int = REASON_BYTES) -> str:
    """Return why the last result is not good; where it is good again, how many more are needed."""
    if not one.facts.level:
        streak, needed = one.facts.streak, one.details.recoveries
        return f"good again, {streak} in a row, {needed} needed"
    reasons = "; ".join(map(clean, one.details.reasons))
    return shorten(reasons or "no reason given", most)


def policy(one: Endpoint) -> str:
    """Return how many of its last results were bad, and how many it takes."""
    needed, among = one.details.failures
    worst = 2 if one.facts.level == 2 or one.facts.failing.is_bad else 1  # noqa: PLR2004
    last = one.facts.recent[-among:]
    bad = sum(level >= worst for level in last)
    if among == 1:
        return f"{one.facts.streak} in a row" if one.facts.level else "recovering"
    return f"{bad} of the last {len(last)}, limit {needed} of {among}"
