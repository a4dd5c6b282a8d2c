"""Learns what is usual, one interval after the other, from what the store has of it.

An interval is learned when all that was sent in it is stored. What is written of a series holds the
interval that it includes, and is written only where nobody wrote since it was read: so it does not
matter who does it, how often, and where somebody is killed.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from blinkenlights.expected.constants import CLOCK_BACK_ROWS, DAY, TAUGHT_AGAIN
from blinkenlights.expected.kept import Kept, begun, pack_kept, revision_of, taught, unpack_kept
from blinkenlights.expected.spans import Span
from blinkenlights.globs import matcher
from blinkenlights.kinds.duty import Duty, Turn
from blinkenlights.kinds.expected import keys
from blinkenlights.kinds.expected.exclusions import excluded, read_exclusion
from blinkenlights.kinds.expected.read import read_planned
from blinkenlights.kinds.expected.settings import ExpectedConfig
from blinkenlights.kinds.learnable import Learnable, Pieces
from blinkenlights.kinds.number import Number
from blinkenlights.kinds.signal import Settings
from blinkenlights.plugin.words import NAMED, listing, short, span
from blinkenlights.store.script import Script

log = logging.getLogger("blinkenlights.collector")

STORE = Script(__package__, "learn")

SERIES_AT_ONCE = 250
"""Half a megabyte to read and to write, so that the store does other things in between."""
MADE_UP_FOR = int(TAUGHT_AGAIN)
"""Seconds of a backlog that are learned. What is older is a gap."""


def duties(settings: Settings, learnables: Sequence[Learnable]) -> Sequence[Duty]:
    """Return what learns each sort of series of which the configuration wants any."""
    config = settings.table(ExpectedConfig)
    return [
        Duty(
            f"expected:{each.sort}",
            keys.LEARNED + each.sort,
            config.seconds,
            Learner(config, each).learn,
            each.kind,
            made_up_for=max(1, MADE_UP_FOR // config.seconds),
            # By a clock that is ahead, what is still to come would be learned as nothing.
            by_store=True,
        )
        for each in learnables
        if config.globs(each.sort)
    ]


class Learner:
    """Learns all series of one sort.

    Args:
        config: Which, and what is excluded.
        learnable: Where they are.
    """

    def __init__(self, config: ExpectedConfig, learnable: Learnable) -> None:
        self._config = config
        self._learnable = learnable
        self._states = keys.STATES + learnable.sort
        self._is_ahead = False
        # Of UTC no calendar is asked, which halves the time of a lesson.
        self._zone = None if config.zone == "UTC" else ZoneInfo(config.zone)
        self._exclusions = [read_exclusion(text, ZoneInfo(config.zone)) for text in config.exclude]

    def learn(self, turn: Turn) -> Sequence[Number]:
        """Learn the interval before a moment; gives no numbers. Raises a StoreError."""
        every = self._config.seconds
        interval = Span(turn.moment - every, turn.moment)
        self._tell_checks(turn)
        if turn.moment % DAY < every:
            self._forget_what_is_gone(turn)
        if turn.horizon.blind or excluded(self._exclusions, interval):
            return ()
        names = self._without_planned(turn, self._names(turn), interval)
        for at in range(0, len(names), SERIES_AT_ONCE):
            self._teach(turn, names[at : at + SERIES_AT_ONCE], interval)
        return ()

    def _without_planned(self, turn: Turn, names: list[str], interval: Span) -> list[str]:
        """Return those of which no maintenance is planned in an interval."""
        [reply] = turn.store.ask(("GET", keys.EXCLUDED))
        planned = [
            each.glob
            for each in read_planned(reply)
            if each.sort == self._learnable.sort
            and each.start < interval.end
            and interval.start < each.end
        ]
        is_planned = matcher(planned)
        return [name for name in names if not is_planned(name)] if planned else names

    def _tell_checks(self, turn: Turn) -> None:
        near = Span(turn.moment - DAY, turn.moment + 2 * DAY)
        told = {
            "interval": self._config.seconds,
            "zone": self._config.zone,
            "excluded": excluded(self._exclusions, near),
        }
        turn.store.ask(("SET", keys.SETTINGS, json.dumps(told)), ("SCRIPT", "LOAD", STORE.text))

    def _names(self, turn: Turn) -> list[str]:
        """Return those to be learned: when there are too many, those that are learned already."""
        names = self._learnable.names(turn.store, self._config.globs(self._learnable.sort))
        if len(names) <= self._config.most:
            return names
        [known] = turn.store.ask(("HKEYS", self._states))
        is_known = frozenset(known)
        return sorted(names, key=lambda name: name not in is_known)[: self._config.most]

    def _teach(self, turn: Turn, names: Sequence[str], interval: Span) -> None:
        pieces = Pieces(interval.start, interval.end - interval.start, 1)
        rows = self._learnable.rows(turn.store, turn.horizon, names, pieces)
        values = {name: rows[name][0][1] for name in names if rows.get(name)}
        if not values:
            return
        [known] = turn.store.ask_bytes(("HMGET", self._states, *values))
        kept = {
            name: unpack_kept(packed, self._zone)
            for name, packed in zip(values, known, strict=True)
            if packed
        }
        self._say_what_is_broken([name for name, each in kept.items() if each is None])
        self._say_what_is_ahead(turn, kept)
        written: list[str | int | bytes] = []
        for (name, value), packed in zip(values.items(), known, strict=True):
            read = revision_of(packed) if packed else 0
            before = kept.get(name) or begun(self._zone)._replace(revision=read)
            after = taught(before, interval.start, value)
            if after is not before:
                written += (name, read, pack_kept(after))
        if written:
            turn.store.ask(("EVALSHA", STORE.digest, 1, self._states, *written))

    def _say_what_is_broken(self, names: Sequence[str]) -> None:
        if names:
            log.warning(
                "what was learned of %s cannot be read: it is broken, or another version wrote it; "
                "it is learned anew, and judged again after a week",
                listing([f"{self._learnable.sort} {short(name)}" for name in names], NAMED),
            )

    def _say_what_is_ahead(self, turn: Turn, kept: Mapping[str, Kept | None]) -> None:
        """Say once that the clock was ahead: until so many rows came, nothing is learned."""
        last = max((each.detector.pace.newest for each in kept.values() if each), default=0.0)
        if last <= turn.moment + self._config.seconds:
            self._is_ahead = False
        elif not self._is_ahead:
            self._is_ahead = True
            ahead = last - turn.moment
            longest = TAUGHT_AGAIN + CLOCK_BACK_ROWS * self._config.seconds
            log.warning(
                "what is usual for some %ss was learned while the clock of the store was %s "
                "ahead: the present is learned again within %s",
                self._learnable.sort,
                span(ahead),
                span(min(ahead, longest)),
            )

    def _forget_what_is_gone(self, turn: Turn) -> None:
        """Forget series that the store does not know any more, once a day."""
        [known] = turn.store.ask(("HKEYS", self._states))
        if not known:
            return
        there = frozenset(self._learnable.names(turn.store, ["*"]))
        gone = [name for name in known if name not in there]
        for at in range(0, len(gone), SERIES_AT_ONCE):
            turn.store.ask(("HDEL", self._states, *gone[at : at + SERIES_AT_ONCE]))
