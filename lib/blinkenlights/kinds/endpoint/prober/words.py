"""What is said of probers: on line 1 of check_probe, and in its lines for -v."""

from collections.abc import Iterator, Sequence

from blinkenlights.kinds.endpoint.prober.location_words import LocationWords
from blinkenlights.kinds.endpoint.prober.survey import REPORT_LIMIT, Broken, Failing, Prober
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import NAMED, clean, count, moment, plain, short, span


class ProberWords:
    """The words for probers at a horizon; `each...` gives lines for -v."""

    def __init__(self, probers: Sequence[Prober], horizon: Horizon) -> None:
        """Take the probers, and what could be heard."""
        self.probers = probers
        self.horizon = horizon

    def of(self, word: str) -> list[Prober]:
        """Return those in one state, by themselves."""
        return [one for one in self.probers if one.own_word == word]

    def named(self, word: str) -> str:
        """Return what is to be said of all in one state."""
        return "; ".join(
            [
                *(self.said(one) for one in self.of(word)[:NAMED]),
                *([f"{left} more {word}"] if (left := len(self.of(word)) - NAMED) > 0 else []),
            ]
        )

    def each(self, word: str) -> Iterator[str]:
        """Yield a line for each in one state."""
        for one in self.of(word):
            yield self.said(one)

    def said(self, one: Prober) -> str:
        """Return what is to be said of one by itself."""
        name, age, word = f"prober {short(one.name)}", span(round(one.age)), one.own_word
        if word == "down":
            return (
                f"{name} is down or cannot report, last report {age} ago, limit "
                f"{span(REPORT_LIMIT)}: {count(one.endpoints, 'endpoint')} not probed"
            )
        if word == "unheard":
            return f"{name} not heard, last report {age} ago: {self._deafness(one)}"
        if word == "blind":
            return (
                f"{name} reaches nothing for {self._since(one.blind_since)}: {clean(one.blind)}; "
                f"none of its {count(one.endpoints, 'endpoint')} can be judged"
            )
        if word == "behind":
            return f"{name} behind schedule for {self._since(one.behind_since)}: {lag(one)}"
        if word == "broken":
            return "; ".join(broken(each) for each in one.broken[:NAMED])
        if word == "stopped":
            return f"{name} was stopped {age} ago"
        return f"{name} probes {count(one.endpoints, 'endpoint')}{_by_workers(one)}, {lag(one)}"

    def worst(self, one: Prober) -> str:
        """Return what is to be said of one, or of what is worse at one of its locations."""
        where = one.worst_location
        if where is None:
            return self.said(one)
        return f"prober {short(one.name)}: {LocationWords([], self.horizon.now).said(where)}"

    def none(self, filtered_by: str) -> str:
        """Return that nobody probes, where probers or locations were asked for, or none."""
        if self.probers:
            return f"no prober runs: {self.named('stopped')}"
        if filtered_by:
            return f"no {filtered_by} matches what was asked for"
        return "no prober has reported; start one with: blinkenlights probe"

    def all_well(self) -> str:
        """Return what there is when nothing is wrong."""
        running = [one for one in self.probers if one.own_word != "stopped"]
        if not running:
            # It may be asked for as no trouble.
            return self.none("")
        if len(running) == 1:
            return self.said(running[0])
        endpoints = sum(one.endpoints for one in running)
        slowest = max(running, key=lambda one: one.window.lag_95)
        return (
            f"{len(running)} probers probe {count(endpoints, 'endpoint')}, most behind "
            f"{short(slowest.name)}: {lag(slowest)}"
        )

    def unposted(self, one: Failing) -> str:
        """Return what cannot be posted, where to, for how long, and what becomes of it."""
        whose = short(one.endpoint) if one.endpoint else "the prober itself"
        verb = f"cannot be posted to {short(one.to)}"
        if not one.output:
            whose, verb = "all endpoints", "cannot be queued in the store"
        elif not one.times:
            verb = f"come too late to {short(one.to)}"
        tries = f", {one.times} {'try' if one.times == 1 else 'tries'}" if one.times else ""
        text = (
            f"results of {whose} {verb} for {self._since(one.since)}{tries}: {clean(one.error)}; "
            f"{one.waiting} kept"
        )
        return text + (f", {one.lost} lost" if one.lost else "")

    def _deafness(self, one: Prober) -> str:
        known = self.horizon.sources.get(one.source)
        if known is not None and not known.connected:
            return self.horizon.absence(known)
        return self.horizon.blind or self.horizon.deafness(one.source, self.horizon.now - one.age)

    def _since(self, since: float | None) -> str:
        return span(max(0.0, round(self.horizon.now - (since or 0.0))))


def _by_workers(one: Prober) -> str:
    if not one.locations:
        return ""
    workers = sum(each.living for each in one.locations)
    return f" by {count(workers, 'worker')} at {count(len(one.locations), 'location')}"


def lag(one: Prober) -> str:
    """Return how far behind its schedule a prober is, in the last few minutes."""
    window = one.window
    text = f"{window.missed} of {window.due} runs missed in {span(round(window.seconds))}, "
    text += f"lag {plain(round(window.lag_95, 3))}s at 95%"
    if one.waiting:
        text += f", {one.waiting} waiting"
    return text + f", {plain(round(100 * window.used))}% of {one.capacity} probes at a time used"


def broken(one: Broken) -> str:
    """Return what is wrong with a file, and what follows."""
    where = clean(one.file) + (f" line {one.line}" if one.line else "")
    since = f" since {moment(one.since)}" if one.since else ""
    if one.is_elsewhere:
        return f"{where}{since}: {clean(one.sentence)}"
    follows = (
        "what it said before is in force" if one.is_replaced else "none of its endpoints is probed"
    )
    return f"{where} cannot be used{since}: {clean(one.sentence)}; {follows}"
