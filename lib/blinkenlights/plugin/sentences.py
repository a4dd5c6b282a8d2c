"""Sentences that several checks say of those they watch."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.plugin.blindness import WATERMARK_LIMIT
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import NAMED, count, grouped, listing, plain, short, span

T = TypeVar("T")

OLD_EVIDENCE = 5.0
"""Seconds from which on it is said how old that is by which something is judged."""


def ahead_of_our_clock(
    who: str, ahead: Sequence[tuple[str, float]], number: int, unknown: str
) -> str:
    """Return who was seen further ahead of our clock than can be.

    Args:
        who: Subject and verb: `2 of 3 clients last moved`.
        ahead: Each of them in words, and by how many seconds.
        number: How many there are.
        unknown: What nobody knows of them: `when`.
    """
    names = [f"{name} ({span(by)})" for name, by in ahead[:NAMED]]
    return (
        f"{who} ahead of our clock, so nobody knows {unknown}: {listing(names, NAMED, number)}, "
        f"limit {span(CLOCK_TOLERANCE)}; set the clocks"
    )


def not_heard(
    each: Sequence[tuple[str, T]],
    named: Callable[[Sequence[T], int], str],
    of_all: str,
    *,
    more: int = 0,
    tail: str = "",
    most_first: bool = False,
    once: bool = False,
) -> str:
    """Return a sentence for each reason why some may not have been heard.

    Args:
        each: The reason in words, and who it is.
        named: Lists some of the same reason, naming so many of them.
        of_all: `of 3 clients`.
        more: How many there are beyond those listed.
        tail: Ends each sentence.
        most_first: Begin with the reason that most have, else with the first.
        once: Say `of_all` in the first sentence only.
    """
    sentences: list[str] = []
    for reason, ones, most in grouped(each, most_first=most_first):
        number = f"{len(ones)}" if once and sentences else f"{len(ones)} {of_all}"
        sentences.append(f"{number} not heard, {reason}: {named(ones, most)}{tail}")
    if more:
        sentences.append(f"{more} more not heard{tail}")
    return "; ".join(sentences)


def with_limits(ones: Sequence[tuple[str, float, str]], number: int, most: int = NAMED) -> str:
    """Return the first few (name, age, limit) of so many; the limit once if all share it."""
    limits = {limit for _, _, limit in ones}
    shared = limits.pop() if len(limits) == 1 else ""
    names = [
        f"{short(name)} ({span(age)}" + (f", limit {limit}" if limit and not shared else "") + ")"
        for name, age, limit in ones[:most]
    ]
    text = listing(names, most, number)
    return f"{text}, limit {shared}" if shared else text


def dated(summary: str, horizon: Horizon) -> str:
    """Return line 1 with its date in front, where what it judges by is older than it looks.

    Nothing is in front while a doubt says how old it is, or nothing can be judged.
    """
    age = horizon.now - horizon.stored_up_to
    if horizon.blind or not OLD_EVIDENCE < age <= WATERMARK_LIMIT:
        return summary
    return f"as of {span(age)} ago: {summary}"


def left_unheard(number: float, total: int, noun: str) -> str:
    """Return how many of so many nobody knows anything of, to follow the reason; may be empty."""
    return f"; {plain(number)} of {count(total, noun)} unheard" if number else ""


def since_it_began(horizon: Horizon, comma: str = "") -> str:
    """Return for how long this store may know of anybody; empty when that is not known."""
    if not horizon.born or horizon.born > horizon.now:
        return ""
    return f" since this store began{comma} {span(horizon.now - horizon.born)} ago"
