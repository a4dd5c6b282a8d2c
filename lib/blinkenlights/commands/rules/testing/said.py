"""Who was told what, in virtual time. Pure."""

from typing import NamedTuple

from blinkenlights.alert.evaluation_store import Change
from blinkenlights.alert.notice import What
from blinkenlights.plugin.words import span
from blinkenlights.rules.rule import Level

NOBODY = "nobody"
"""Whom rules tell that tell nobody."""


class Said(NamedTuple):
    """One notice to one receiver."""

    at: float
    """Seconds since the test began, or since the epoch in what a replay says."""
    rule: str
    thing: str
    what: What
    level: Level
    to: str
    why: str

    @property
    def in_words(self) -> str:
        """Return it without the moment."""
        why = f" ({self.why})" if self.why else ""
        return f"{self.to} was told {self.what} {self.level} of {self.rule}: {self.thing}{why}"

    def __str__(self) -> str:
        """Return it in words, as of a test."""
        return f"at {span(self.at)} {self.in_words}"


def said_of(change: Change, at: float) -> list[Said]:
    """Return what is told of a change, and to whom."""
    return [
        Said(at, of.rule, of.thing, of.what, of.level, out.address.rpartition("@")[0], of.why)
        for out in change.outgoing
        for of in (out.notice,)
    ]


def untold(change: Change, at: float) -> list[Said]:
    """Return that an alert began or ended of which nobody is told."""
    was, is_ = (record is not None and record.track.is_firing for record in change[2:4])
    record = change.after if is_ else change.before
    if was == is_ or record is None:
        return []
    track = record.track
    said = Said(at, record.rule, record.thing, "fired", track.level, NOBODY, track.why)
    return [said if is_ else said._replace(what="resolved")]
