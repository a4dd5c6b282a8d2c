"""What is said of locations and their workers: on line 1 of check_probe, and in its lines."""

from collections.abc import Iterator, Sequence
from math import ceil

from blinkenlights.kinds.endpoint.prober.locations import Location, Worker
from blinkenlights.kinds.endpoint.prober.worker_words import WorkerWords, named, span_since
from blinkenlights.plugin.words import NAMED, clean, count, moment, short, span


class LocationWords:
    """The words for some locations at a moment; `each...` gives lines for -v."""

    def __init__(self, locations: Sequence[Location], now: float) -> None:
        """Take the locations, and the present."""
        self.locations = locations
        self._now = now
        self._workers = WorkerWords(now)

    def of(self, word: str) -> list[Location]:
        """Return those in one state."""
        return [one for one in self.locations if one.word == word]

    def named(self, word: str) -> str:
        """Return what is to be said of all in one state."""
        said = [self.said(one) for one in self.of(word)]
        left = len(said) - NAMED
        return "; ".join([*said[:NAMED], *([f"{left} more locations {word}"] if left > 0 else [])])

    def each(self, word: str) -> Iterator[str]:
        """Yield a line for each in one state."""
        for one in self.of(word):
            since = f", since {moment(one.limit_since)}" if one.limit_since is not None else ""
            yield self.said(one, since if word == "limited" else "")

    def said(self, one: Location, since: str = "") -> str:
        """Return what is to be said of one; `since` stands behind how long it lasts."""
        name = f"location {short(one.name)}"
        if one.word == "unmanned":
            return f"{name} {self._unmanned(one)}"
        if one.word == "blind":
            return (
                f"{name}: {self._sightless(one)}; none of its "
                f"{count(one.endpoints, 'endpoint')} can be judged"
            )
        if one.word == "limited":
            return (
                f"{name}: scaling limit hit for {span_since(self._now, one.limit_since)}{since}: "
                f"{_slowed(one)}, {one.waiting} waiting; {self.carried(one)}"
            )
        if one.word == "ailing":
            worst = next(each for each in one.workers if each.word != "alive")
            return self._workers.said(worst, one)
        return self.whole(one)

    def whole(self, one: Location) -> str:
        """Return what there is at one, whatever its state."""
        return (
            f"location {short(one.name)}: {count(one.endpoints, 'endpoint')}, {one.waiting} "
            f"waiting; {self.carried(one)}"
        )

    def all_well(self) -> str:
        """Return what there is when nothing is wrong."""
        said = [self.whole(one) for one in self.locations]
        left = len(said) - NAMED
        return "; ".join([*said[:NAMED], *([f"{left} more locations"] if left > 0 else [])])

    def carried(self, one: Location) -> str:
        """Return how much its workers carry, and how much is needed."""
        if not one.living:
            return f"no worker, {_needed(one)}"
        carry = "carries" if one.living == 1 else "carry"
        return (
            f"{count(one.living, 'worker')} {carry} {count(one.capacity, 'probe')} at a time, "
            f"{_needed(one)}"
        )

    def limit(self) -> str:
        """Return for how long the scaling limit is hit where that is longest."""
        longest = max(self.of("limited"), key=self.limited_for, default=None)
        if longest is None:
            return ""
        return (
            f"location {short(longest.name)}: scaling limit hit for "
            f"{span_since(self._now, longest.limit_since)}"
        )

    def limited_for(self, one: Location) -> float:
        """Return for how many seconds the scaling limit is hit."""
        return max(0.0, self._now - one.limit_since) if one.limit_since is not None else 0.0

    def workers(self, word: str) -> list[tuple[Location, Worker]]:
        """Return the workers in one state whose locations are not said to be worse by them."""
        return [
            (one, each)
            for one in self.locations
            if one.word in ("limited", "ailing")
            for each in one.workers
            if each.word == word or (word == "off" and each.is_off and each.word != "gone")
        ]

    def workers_named(self, word: str) -> str:
        """Return what is to be said of all workers in one state."""
        said = [*self.each_worker(word)]
        left = len(said) - NAMED
        return "; ".join([*said[:NAMED], *([f"{left} more workers like it"] if left > 0 else [])])

    def each_worker(self, word: str) -> Iterator[str]:
        """Yield a line for each worker in one state."""
        for one, each in self.workers(word):
            yield self._workers.off(each, one) if word == "off" else self._workers.said(each, one)

    def each_of_all(self) -> Iterator[str]:
        """Yield a line for each location, and for each worker at it."""
        for one in self.locations:
            yield self.whole(one)
            for each in one.workers:
                yield f"{named(each, one)}: {self._workers.figures(each)}"
            if one.left_out:
                yield f"{one.left_out} more workers at {clean(one.name)}"

    def _unmanned(self, one: Location) -> str:
        gone = min(one.of("gone"), key=lambda each: each.age, default=None)
        last = (
            f", the last one, {short(gone.name)}, reported {span(round(gone.age))} ago"
            if gone
            else ""
        )
        first = "see whether it runs and reaches the broker, or " if gone else ""
        return (
            f"has no worker{last}: {count(one.endpoints, 'endpoint')} not probed; {first}start one "
            f"with: blinkenlights probe work --location {clean(one.name)}"
        )

    def _sightless(self, one: Location) -> str:
        blind = next(iter(one.of("blind")), None)
        text = (
            "its worker probes nothing"
            if one.living == 1
            else f"none of its {one.living} workers probes anything"
        )
        if blind is None:
            return f"{text}: it offers no place for a probe" if one.living == 1 else text
        return f"{text}: {short(blind.name)} {self._workers.trouble(blind)}"


def _slowed(one: Location) -> str:
    if not (one.planned and one.actual):
        return "endpoints are probed late"
    which = f" (slowest {short(one.slowest)})" if one.slowest else ""
    every, instead = span(round(one.actual, 1)), span(round(one.planned, 1))
    return f"endpoints are probed every {every} instead of {instead}{which}"


def _needed(one: Location) -> str:
    # More than is there is needed as soon as a part of a probe is missing.
    needed = ceil(round(one.needed, 3))
    return f"{needed} {'is' if needed == 1 else 'are'} needed"
