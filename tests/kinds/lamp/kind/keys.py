"""The keys of lamps in the store, and the text form of what is packed in them.

Standard library only: the check imports this.
"""

from typing import NamedTuple

from blinkenlights.store import layout

PREFIX = layout.PREFIX + "{lamp}:"
SEEN = PREFIX + "seen"
"""ZSET: lamp -> when it last told anything."""
FACTS = PREFIX + "facts"
"""HASH: lamp -> `Facts` as text."""
SWITCHED = PREFIX + "switched:"
"""ZSET `switched:<lamp>`: the moments at which it told, each once, however often it came."""
EXPECTED = PREFIX + "expected"
"""HASH: lamp -> when it was declared."""
RETIRED = PREFIX + "retired"
"""ZSET: lamp -> when it was retired."""
LIMITS = PREFIX + "limits"
"""STRING: JSON list of `{name, silent}`, as configured."""


class Facts(NamedTuple):
    """What is known of one lamp. Text form: `seen state source`."""

    seen: float
    is_on: bool
    source: str
    """Id of the source that delivered it."""


def parse_facts(text: str) -> Facts:
    """Return the facts packed in `text`; raises ValueError when they are not ours."""
    seen, state, source = text.split(" ")
    return Facts(float(seen), state == "on", source)
