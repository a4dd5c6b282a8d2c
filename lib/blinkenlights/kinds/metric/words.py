"""What is said of series: on line 1 of check_metric, and in its lines for -v."""

from collections.abc import Iterator, Sequence

from blinkenlights.kinds.metric.said import DESCRIPTION_BYTES, description_of, limit_words, offset
from blinkenlights.kinds.metric.survey import Declared, Demanded, Found, Series
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.sentences import (
    ahead_of_our_clock,
    not_heard,
    since_it_began,
    with_limits,
)
from blinkenlights.plugin.words import (
    NAMED,
    brief,
    clean,
    count,
    listing,
    moment,
    short,
    span,
)


class SeriesWords:
    """The words for series at a horizon; `each...` gives lines for -v."""

    def __init__(self, found: Found, horizon: Horizon, demanded: Demanded) -> None:
        """Take what was found, what could be heard, and what is made of points."""
        self.found = found
        self.horizon = horizon
        self.demanded = demanded

    def gone(self, word: str) -> str:
        """Return which series are silent or stale, with their ages and limits."""
        ones = self.found.of(word)
        number = len(ones) + (self.found.unlisted if word == "stale" else 0)
        return f"{number} {self._of_all} {word}: {self._with_limits(ones, number)}"

    def each_gone(self, word: str) -> Iterator[str]:
        """Yield a line for each that is silent or stale."""
        for one in self.found.of(word):
            yield (
                f"{clean(one.name)} {word} for {span(one.silence)}, "
                f"since {moment(one.facts.seen)}, limit {limit_words(one)}"
            )

    def never_seen(self) -> str:
        """Return which were declared and never seen."""
        ones = self.found.never
        each = [(one.name, one.silence, span(one.limit)) for one in ones]
        return f"{len(ones)} expected series never seen since declared: " + with_limits(
            each, len(ones)
        )

    def each_never(self, ones: Sequence[Declared]) -> Iterator[str]:
        """Yield a line for each that was declared and never seen."""
        for one in ones:
            yield (
                f"{clean(one.name)} declared and never seen since {moment(one.since)}, "
                f"limit {span(one.limit)}"
            )

    def saying(self, status: str) -> str:
        """Return which series say of themselves that they are not well."""
        ones = self.found.saying(status)
        now = self.horizon.now
        names = [
            f"{short(one.name)} ({span(max(0.0, now - one.facts.since))})"
            + (f": {said}" if (said := description_of(one)) else "")
            for one in ones
        ]
        verb = "says" if len(ones) == 1 else "say"
        return f"{len(ones)} {self._of_all} {verb} {status}: {listing(names, NAMED)}"

    def each_saying(self, status: str) -> Iterator[str]:
        """Yield a line for each that says of itself that it is not well."""
        for one in self.found.saying(status):
            said = description_of(one, 10 * DESCRIPTION_BYTES)
            yield (
                f"{clean(one.name)} says {status} since {moment(one.facts.since)}"
                + (f": {said}" if said else "")
            )

    def value(self, one: Series) -> str:
        """Return what the number of a series is, and of when."""
        demanded, number = self.demanded, brief(one.value)
        if demanded.over:
            return f"{short(one.name)} {demanded.of} {number} over {span(demanded.over)}"
        now = self.horizon.now
        text = f"{short(one.name)} {number} {span(max(0.0, now - one.facts.seen))} ago"
        if one.since:
            more = " and more" if one.is_since_earlier else ""
            text += f", for {span(max(0.0, round(now - one.since)))}{more}"
        return text

    def without(self, ones: Sequence[Series]) -> str:
        """Return which series have no number to be judged."""
        names = listing([short(one.name) for one in ones], NAMED)
        if not self.demanded.over:
            return f"{len(ones)} {self._of_all} without a number: {names}"
        what = "fewer than two points" if self.demanded.of == "rate" else "no point"
        period = ones[0].facts.period
        often = f", they mostly come every {span(round(period, 1))}" if period else ""
        return f"{what} in {span(self.demanded.over)}: {names}{often}"

    def ahead(self) -> str:
        """Return which series were seen ahead of our clock."""
        ones, now = self.found.of("ahead"), self.horizon.now
        return ahead_of_our_clock(
            f"{len(ones)} {self._of_all} last seen",
            [(short(one.name), one.facts.seen - now) for one in ones[:NAMED]],
            len(ones),
            "whether they go on",
        )

    def each_ahead(self) -> Iterator[str]:
        """Yield a line for each that was seen ahead of our clock."""
        for one in self.found.of("ahead"):
            yield f"{clean(one.name)} last seen ahead of our clock, {moment(one.facts.seen)}"

    def unheard(self) -> str:
        """Return which series may not have been heard, and why."""
        horizon, ones = self.horizon, self.found.of("unheard")

        def named(ones: Sequence[Series], most: int) -> str:
            # For how long nobody knows of them, not for how long they could have been heard.
            aged = [one._replace(silence=horizon.now - one.facts.seen) for one in ones]
            return self._with_limits(aged, len(ones), most)

        return not_heard(
            [(horizon.deafness(one.facts.source, one.facts.seen), one) for one in ones],
            named,
            self._of_all,
            more=self.found.unlisted if self.found.are_unheard else 0,
            most_first=True,
            once=True,
        )

    def each_unheard(self) -> Iterator[str]:
        """Yield a line for each that may not have been heard."""
        for one in self.found.of("unheard"):
            why = self.horizon.deafness(one.facts.source, one.facts.seen)
            yield f"{clean(one.name)} not heard since {moment(one.facts.seen)}, {why}"

    def missing(self, *, is_filtered: bool) -> str:
        """Return what was asked for and is not there."""
        began = since_it_began(self.horizon)
        if self.found.missing:
            names = listing([short(name) for name in self.found.missing], NAMED)
            return f"not known: {names}, neither heard nor declared{began}"
        if is_filtered:
            return f"no series matches what was asked for{began}"
        return f"no series known: nobody has sent a metric{began}"

    def left(self) -> str:
        """Return how many were not looked at."""
        return (
            f"{self.found.left} further series not looked at: narrow it with --name, --host or "
            f"--tag"
        )

    def all_well(self) -> str:
        """Return what there is, and what else is worth a word when nothing is wrong."""
        found = self.found
        there = [one for one in found.series if one.value == one.value]
        if len(there) == found.total == 1:
            text = self.value(there[0])
        else:
            words = [word for word in ("silent", "stale") if found.of(word)]
            lost = [self.gone(word) for word in words] + (
                [self.never_seen()] if found.never else []
            )
            missing = sum(len(found.of(word)) for word in words) + len(found.never)
            # They may be asked for as no trouble: they are dead all the same, and named.
            number = f"{found.total - missing} of {found.total}" if lost else f"{found.total}"
            text = "; ".join([f"{number} series alive", *lost])
            if there:
                highest = max(there, key=lambda one: one.value)
                text += f", highest {self.value(highest)}"
        for word, ones in (("stopped", found.stopped), ("retired", found.retired)):
            if ones:
                text += f"; {word}: {listing([short(name) for name in ones], NAMED)}"
        if found.pending:
            text += f"; {len(found.pending)} expected and not seen yet"
        skewed = self.skewed
        if skewed:
            text += f"; {count(len(skewed), 'wrong time')}: {listing([*map(offset, skewed)], 1)}"
        return text

    @property
    def skewed(self) -> list[Series]:
        """Those whose points carry times that differ from ours."""
        return [one for one in self.found.series if one.facts.offset]

    @property
    def _of_all(self) -> str:
        return f"of {self.found.total} series"

    def _with_limits(self, ones: Sequence[Series], number: int, most: int = NAMED) -> str:
        return with_limits(
            [(one.name, one.silence, limit_words(one)) for one in ones], number, most
        )
