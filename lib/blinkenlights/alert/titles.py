"""The one line that says what is new: for somebody who is woken by it.

First how bad it is, then which rule for what, then what, how much, against which limit and since
when, of several for the worst of them; at the end what fires beside that.
"""

import time
from collections.abc import Sequence

from blinkenlights.alert.notice import Notice
from blinkenlights.invisible import is_all_seen, is_seen
from blinkenlights.kinds.alert import keys
from blinkenlights.plugin.words import count, listing, shorten, span
from blinkenlights.rules.rule import Level

TITLE_BYTES = 255
WHY_BYTES = 120
NAME_BYTES = 80
WORD = 24
"""Characters; what is longer, such as a name, is cut within."""
NAMED = 3
"""How many things are named; of more, it is said how many they are."""
DAY = 86_400

_BEFORE = {
    "reminder": "still {level}",
    "worsened": "{level}, was warning",
    "eased": "{level}, was critical",
    "escalated": "{level}, nobody has acknowledged it",
}


def title(changes: Sequence[Notice], firing: Sequence[Notice], now: float) -> str:
    """Return what has changed, and how many others fire, in at most TITLE_BYTES bytes.

    Args:
        changes: What is new, oldest first.
        firing: All that fires now.
        now: The present.
    """
    last = {each.episode: each for each in changes if each.what != "acknowledged"}
    taken_care_of = {each.episode: each for each in changes if each.episode not in last}
    news = _newest([each for each in last.values() if not each.is_end])
    # What was over for a while and fires again is not said to be well.
    again = {(each.rule, each.thing) for each in firing}
    ends = [each for each in last.values() if each.is_end and (each.rule, each.thing) not in again]
    said = {each.episode for each in news} | taken_care_of.keys()
    others = [each for each in firing if each.episode not in said]
    began = {each.episode for each in changes if not each.is_end}
    is_short = all(each.episode in began for each in ends)
    parts = [
        _news(news, now) if news else "",
        _acknowledged(list(taken_care_of.values()), now) if taken_care_of else "",
        _ends(ends, is_short=is_short) if ends else "",
        _others(others) if others else "",
    ]
    return _cut("; ".join(filter(None, parts)), TITLE_BYTES)


def overview(firing: Sequence[Notice], now: float) -> str:
    """Return all that fires, in at most TITLE_BYTES bytes."""
    return shorten(f"{worst(firing).upper()}: {_present(firing, now)}", TITLE_BYTES)


def line_of(one: Notice, now: float) -> str:
    """Return one alert that fires in a line: `web1: age was 120, limit 90, for 5m`.

    What it is an alert of, its rule, is said elsewhere.
    """
    return f"{_line(one.thing)}{_why(one)}, for {span(max(0, round(now - one.since)))}"


def ended_line(one: Notice) -> str:
    """Return the end of one alert in a line.

    `web1 is well, was critical for 12m: value is 4 now`.
    """
    if one.what == "ended":
        return f"{_line(one.thing)}{_why(one)}; it was {one.level} for {_lasted([one])}"
    return f"{_line(one.thing)} is well, was {one.level} for {_lasted([one])}{_reason(one)}"


def worst(notices: Sequence[Notice]) -> Level:
    """Return the worst level of some notices."""
    return "critical" if any(each.level == "critical" for each in notices) else "warning"


def _newest(news: Sequence[Notice]) -> Sequence[Notice]:
    """Return what nobody was told before; reminders where there is nothing else."""
    return [each for each in news if each.what != "reminder"] or news


def _news(news: Sequence[Notice], now: float) -> str:
    kinds = {each.what for each in news}
    form = _BEFORE.get(kinds.pop(), "{level}") if len(kinds) == 1 else "{level}"
    return f"{form.format(level=worst(news).upper())}: {_present(news, now)}"


def _present(firing: Sequence[Notice], now: float) -> str:
    text = _what(firing)
    if len(firing) == 1:
        return f"{text}{_why(firing[0])}, {_since(firing[0].since, now)}"
    critical = sum(each.level == "critical" for each in firing)
    some = "" if critical in (0, len(firing)) else f", {critical} of them critical"
    return f"{text}{some}; first {_first(firing, now)}"


def _first(firing: Sequence[Notice], now: float) -> str:
    """Return the worst of several, and of those the one that is bad for longest, with how much."""
    one = min(firing, key=lambda each: (each.level != "critical", each.since))
    is_one_rule = len({each.rule for each in firing}) == 1
    name = one.thing if is_one_rule else keys.name_of(one.rule, one.thing)
    return f"{_line(name)}{_why(one)}, {_since(one.since, now)}"


def _acknowledged(notices: Sequence[Notice], now: float) -> str:
    words = ", ".join(_distinct([_line(each.why, WHY_BYTES) for each in notices]))
    text = f"{words}: {_what(notices)}, {worst(notices)}"
    return f"{text} {_since(notices[0].since, now)}" if len(notices) == 1 else text


def _ends(ends: Sequence[Notice], *, is_short: bool) -> str:
    kinds = {each.what for each in ends}
    how = "over" if len(kinds) > 1 else "OK again" if "resolved" in kinds else "ended"
    before = f"{worst(ends).upper()}, then " if is_short else ""
    was = "" if is_short else "was "
    for_up_to = "for" if len(ends) == 1 else "for up to"
    reasons = {_reason(each) for each in ends}
    why = reasons.pop() if len(reasons) == 1 else ""
    return f"{before}{how}: {_what(ends)}, {was}{worst(ends)} {for_up_to} {_lasted(ends)}{why}"


def _why(one: Notice) -> str:
    return f": {_line(one.why, WHY_BYTES)}" if one.why else ""


def _reason(one: Notice) -> str:
    """Return why something ended without being well; of what is well, what was found."""
    if one.what == "ended":
        return _why(one)
    return f": {_line(one.present, WHY_BYTES)}" if one.present else ""


def _lasted(ends: Sequence[Notice]) -> str:
    return span(round(max(max(0.0, each.at - each.since) for each in ends)))


def _others(others: Sequence[Notice]) -> str:
    critical = sum(each.level == "critical" for each in others)
    number = count(len(others), "other")
    if critical not in (0, len(others)):
        return f"{number} still fire, {critical} of them critical"
    verb = "is" if len(others) == 1 else "are"
    return f"{number} {verb} still {worst(others)}"


def _what(notices: Sequence[Notice]) -> str:
    """Return which alerts these are: `silent: 41 components on 3 hosts`."""
    rules = _distinct([each.rule for each in notices])
    things = _distinct([each.thing for each in notices])
    if len(notices) == 1:
        return _line(keys.name_of(rules[0], things[0]), NAME_BYTES * 2)
    if len(rules) == 1:
        if len(things) <= NAMED:
            return f"{_line(rules[0])}: {', '.join(map(_line, things))}"
        number = count(len(things), notices[0].subject)
        return f"{_line(rules[0])}: {number}{_hosts(notices)}"
    named = listing([_line(rule) for rule in rules], NAMED)
    if len(things) == 1:
        return f"{_line(things[0])}: {named}"
    return f"{len(notices)} alerts{_hosts(notices)} of {len(rules)} rules: {named}"


def _hosts(notices: Sequence[Notice]) -> str:
    """Return on how many hosts they are; empty where that is not known of each."""
    hosts = _distinct([each.tags.get("host", each.labels.get("host", "")) for each in notices])
    if "" in hosts:
        return ""
    return f" on {_line(hosts[0])}" if len(hosts) == 1 else f" on {len(hosts)} hosts"


def _since(since: float, now: float) -> str:
    """Return since when: `since 12:03 UTC (5m)`, with the day where that is not today."""
    form = "%H:%M UTC" if since // DAY == now // DAY else "%Y-%m-%d %H:%M UTC"
    return f"since {time.strftime(form, time.gmtime(since))} ({span(max(0, round(now - since)))})"


def _distinct(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _line(text: str, most: int = NAME_BYTES) -> str:
    """Return a text from outside as part of one line."""
    if not is_all_seen(text):
        text = "".join(each if is_seen(each) else "?" for each in text)
    return _cut(text, most)


def _cut(text: str, most: int) -> str:
    """Return a text in at most so many bytes; it ends at a word where one ends near."""
    short = shorten(text, most)
    if short == text:
        return text
    kept = short.removesuffix("...")
    is_within_word = text[len(kept) : len(kept) + 1].strip()
    words, blank, rest = kept.rpartition(" ")
    return f"{words}..." if is_within_word and blank and len(rest) <= WORD else short
