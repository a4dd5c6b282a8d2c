"""What is said of one series, on line 1 and on its page."""

import json

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.survey import Series
from blinkenlights.plugin.words import clean, short, shorten, span

DESCRIPTION_BYTES = 60
"""What an event says of itself, on line 1."""


def limit_words(one: Series) -> str:
    """Return in words after how long a series is stale."""
    return span(round(one.limit, 1))


def offset(one: Series) -> str:
    """Return in words by how much the times of a series differ from ours."""
    by = one.facts.offset
    if by > 0:
        return f"{short(one.name)} ({span(by)} ahead, a clock)"
    return f"{short(one.name)} ({span(-by)} behind, a clock or a backlog)"


def description_of(one: Series, most: int = DESCRIPTION_BYTES) -> str:
    """Return what the newest event of a series says of itself; raises StoreAnswer."""
    return shorten(clean(str(shown(one.facts).get("description", ""))), most)


def shown(facts: keys.Facts) -> dict[str, object]:
    """Return what a series says of itself, and how it wants to be shown; raises StoreAnswer."""
    try:
        parsed = json.loads(facts.extras)
    except ValueError as error:
        raise StoreAnswer(
            f"what a series says of itself under {keys.FACTS} is not ours: {error}"
        ) from error
    return parsed if isinstance(parsed, dict) else {}
