"""What check_probe answers for probers that were surveyed."""

from collections.abc import Sequence

from blinkenlights.kinds.endpoint.prober.figures import prober_figures
from blinkenlights.kinds.endpoint.prober.location_words import LocationWords
from blinkenlights.kinds.endpoint.prober.locations import Location, Worker
from blinkenlights.kinds.endpoint.prober.locations_answer import figures_of, problems_of
from blinkenlights.kinds.endpoint.prober.survey import Prober
from blinkenlights.kinds.endpoint.prober.words import ProberWords, broken
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, Wanted, Within
from blinkenlights.plugin.nagios import Critical, Range, ServiceState, Unknown, Warn
from blinkenlights.plugin.words import count, plain, short, span


class Limits:
    """What is demanded of the lag, of the share of runs that are missed, and of locations."""

    def __init__(
        self,
        lag: tuple[Range | None, Range | None],
        missed: tuple[Range | None, Range | None],
        limited: Range | None = None,
        unposted: tuple[Range | None, Range | None] = (None, None),
    ) -> None:
        """Take ranges to warn of and that are critical, and one that is critical only.

        Args:
            lag: Seconds at 95 %.
            missed: Percent of what became due.
            limited: Seconds for which the scaling limit is hit.
            unposted: Seconds for which an output takes nothing.
        """
        self.lag = Within(*lag)
        self.missed = Within(*missed)
        self.limited = Within(None, limited, span)
        self.unposted = Within(*unposted, span)


def answer(
    probers: Sequence[Prober],
    horizon: Horizon,
    limits: Limits,
    wanted: Wanted,
    filtered_by: str = "",
) -> Answer:
    """Return what is to be said of probers at a horizon.

    Args:
        probers: Those asked for.
        horizon: What could be heard.
        limits: What is demanded of them.
        wanted: How to answer.
        filtered_by: `prober` or `location` where only some are asked for; else empty.
    """
    words = ProberWords(probers, horizon)
    there = [each for one in probers for each in one.current_locations]
    locations = LocationWords(there, horizon.now)
    judgement = Judgement(_problems(words, locations, limits, wanted, filtered_by))
    well = locations if there and filtered_by == "location" else words
    figures = prober_figures(judgement, probers)
    if filtered_by == "location" or any(one.locations for one in probers):
        # What probes by itself has no locations, which is not the same as none.
        figures += figures_of(judgement, locations)
    facts: dict[str, object] = {}
    if wanted.json:
        facts = {"probers": [_of_prober(one) for one in probers]}
    return Answer(
        "probe",
        judgement.code,
        judgement.summary or well.all_well(),
        judgement.lines() if wanted.details else [],
        figures,
        facts,
    )


def _problems(
    words: ProberWords,
    locations: LocationWords,
    limits: Limits,
    wanted: Wanted,
    filtered_by: str,
) -> list[Problem]:
    probers = words.probers
    of_locations = problems_of(locations, limits.limited)
    working = [one for one in probers if one.own_word in ("behind", "broken", "alive")]
    slowest = max(working, key=lambda one: one.window.lag_95, default=None)
    loser = max(working, key=missed_percent, default=None)
    failing = sorted(
        (each for one in working for each in one.outputs.worst), key=lambda each: each.since
    )
    fail = sum(one.outputs.failing for one in working)

    def problem(word: str, state: ServiceState) -> Problem:
        number = len(words.of(word))
        return Problem(word, state, number, lambda: words.named(word), words.each(word))

    return [
        problem("down", Critical),
        *of_locations.critical,
        Problem(
            "lag",
            limits.lag,
            slowest.window.lag_95 if slowest else 0.0,
            lambda: (
                f"prober {short(slowest.name)} is late: {plain(round(slowest.window.lag_95, 3))}s "
                f"at 95%"
                if slowest
                else ""
            ),
        ),
        Problem(
            "missed",
            limits.missed,
            missed_percent(loser) if loser else 0.0,
            lambda: (
                f"prober {short(loser.name)} missed {plain(round(missed_percent(loser), 1))}% of "
                f"{count(loser.window.due, 'run')} in {span(round(loser.window.seconds))}"
                if loser
                else ""
            ),
        ),
        Problem(
            "unposted",
            limits.unposted,
            max(0.0, round(words.horizon.now - failing[0].since)) if failing else 0.0,
            lambda: words.unposted(failing[0]) + (f"; {fail - 1} more" if fail > 1 else ""),
            map(words.unposted, failing),
        ),
        problem("unheard", Unknown),
        problem("blind", Unknown),
        *of_locations.unknown,
        Problem(
            "missing",
            Unknown,
            int(all(one.own_word == "stopped" for one in probers)),
            lambda: words.none(filtered_by),
            counts_as=wanted.missing,
        ),
        *of_locations.warning,
        problem("behind", Warn),
        Problem(
            "broken",
            Warn,
            len(words.of("broken")),
            lambda: words.named("broken"),
            (broken(each) for one in words.of("broken") for each in one.broken),
        ),
        Problem(
            "also_broken",
            Warn,
            sum(len(one.broken) for one in probers if one.own_word in ("behind", "blind")),
            lambda: "; ".join(
                broken(one.broken[0])
                for one in probers
                if one.own_word in ("behind", "blind") and one.broken
            ),
            (
                broken(each)
                for one in probers
                if one.own_word in ("behind", "blind")
                for each in one.broken
            ),
        ),
        *of_locations.told,
    ]


def missed_percent(one: Prober) -> float:
    """Return the share of what became due lately that was missed, in percent."""
    return 100 * one.window.missed / one.window.due if one.window.due else 0.0


def _of_prober(one: Prober) -> dict[str, object]:
    known = one._asdict()
    known["window"] = one.window._asdict()
    known["outputs"] = one.outputs._asdict()
    known["outputs"]["worst"] = [each._asdict() for each in one.outputs.worst]
    known["broken"] = [each._asdict() for each in one.broken]
    known["locations"] = [_of_location(each) for each in one.locations]
    del known["own_word"]
    return {"prober": known.pop("name"), "state": known.pop("word"), **known}


def _of_location(one: Location) -> dict[str, object]:
    known = one._asdict()
    del known["prober"]
    known["workers"] = [_of_worker(each) for each in one.workers]
    return {"location": known.pop("name"), "state": known.pop("word"), **known}


def _of_worker(one: Worker) -> dict[str, object]:
    known = one._asdict()
    return {"worker": known.pop("name"), "state": known.pop("word"), **known}
