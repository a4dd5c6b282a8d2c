"""What senders said further, as values that fit into a table and into any reader of JSON."""

import json
from collections.abc import Mapping
from math import isfinite

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.rows import Fact
from blinkenlights.masking import masked_value

_LARGEST_EXACT = 2**53
"""Whole numbers above are not the same in every reader of JSON."""


def sent_facts(own: Mapping[str, Fact], extras: str) -> dict[str, Fact]:
    """Return our own facts and the further keys of a heartbeat; ours win over equal names.

    Secrets among those are masked.
    """
    try:
        sent = json.loads(extras)
    except ValueError as error:
        raise StoreAnswer(
            f"the further keys of a component under {keys.PREFIX} are not ours: {error}"
        ) from error
    facts = dict(own)
    if isinstance(sent, dict):
        for name, value in sent.items():
            facts.setdefault(name, _plain(masked_value(name, value)))
    return facts


def _plain(value: object) -> Fact:
    if isinstance(value, bool | str | None):
        return value
    if isinstance(value, int) and abs(value) <= _LARGEST_EXACT:
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    return json.dumps(value, ensure_ascii=False)
