"""What may be wrong with locations and their workers, for check_probe."""

from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.kinds.endpoint.prober.location_words import LocationWords
from blinkenlights.plugin.answer import Figure
from blinkenlights.plugin.judgement import Judgement, Problem, Within
from blinkenlights.plugin.nagios import Critical, Ok, Unknown, Warn


class LocationProblems(NamedTuple):
    """By the state that they are."""

    critical: Sequence[Problem]
    unknown: Sequence[Problem]
    warning: Sequence[Problem]
    told: Sequence[Problem]
    """What there is, which is no problem."""


def problems_of(words: LocationWords, limited: Within) -> LocationProblems:
    """Return what may be wrong with locations.

    Args:
        words: For them.
        limited: For how many seconds the scaling limit may be hit.
    """

    def workers(word: str) -> Problem:
        return Problem(
            f"{word}_workers",
            Warn,
            len(words.workers(word)),
            lambda: words.workers_named(word),
            words.each_worker(word),
        )

    longest = max(map(words.limited_for, words.of("limited")), default=0.0)
    unmanned, blind, hit = words.of("unmanned"), words.of("blind"), words.of("limited")
    return LocationProblems(
        [
            Problem(
                "unmanned",
                Critical,
                len(unmanned),
                lambda: words.named("unmanned"),
                words.each("unmanned"),
            ),
            Problem("limited_for", limited, longest, words.limit),
        ],
        [
            Problem(
                "blind_locations",
                Unknown,
                len(blind),
                lambda: words.named("blind"),
                words.each("blind"),
            )
        ],
        [
            Problem(
                "limited",
                Warn,
                len(hit),
                lambda: words.named("limited"),
                words.each("limited"),
            ),
            *map(workers, ("gone", "blind", "behind", "off")),
        ],
        [Problem("locations", Ok, len(words.locations), "", words.each_of_all())],
    )


def figures_of(judgement: Judgement, words: LocationWords) -> list[Figure]:
    """Return the numbers of all locations together."""
    there = words.locations
    return [
        judgement.figure("locations"),
        judgement.figure("unmanned"),
        judgement.figure("limited"),
        judgement.figure("limited_for", "limited_seconds", "s"),
        Figure("workers", sum(one.living for one in there), least="0"),
        Figure("capacity", sum(one.capacity for one in there), least="0"),
        Figure("needed", sum(one.needed for one in there), least="0"),
    ]
