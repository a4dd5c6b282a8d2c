"""What check_rule answers for rules that were surveyed."""

from collections.abc import Mapping, Sequence

from blinkenlights.kinds.alert.read import Acknowledged
from blinkenlights.kinds.alert.survey import RuleFound
from blinkenlights.kinds.alert.words import RuleWords, problems
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.judgement import Judgement, Problem, Wanted, Within
from blinkenlights.plugin.nagios import Critical, Ok, Range, ServiceState, Unknown, Warn
from blinkenlights.plugin.words import clean, count, listing, short


class Limits:
    """How many things may fire, where that decides and not what their rules say."""

    def __init__(self, warning: Range | None, critical: Range | None) -> None:
        """Take two ranges."""
        self.number = Within(warning, critical)
        self.are_given = not (warning is None and critical is None)


def answer(
    rules: Sequence[RuleFound],
    unknown: Sequence[str],
    now: float,
    limits: Limits,
    wanted: Wanted,
    *,
    taken: Mapping[str, Acknowledged],
    damaged: Sequence[str] = (),
) -> Answer:
    """Return what is to be said of rules.

    Args:
        rules: Those that were evaluated, as `survey` has them.
        unknown: Names that were asked for and that no rule has.
        now: The present.
        limits: How many may fire.
        wanted: How to answer.
        taken: Who takes care of what, by episode.
        damaged: What in the store cannot be read, and may be an alert that fires.
    """
    words = RuleWords(rules, now, taken)
    judgement = Judgement(_problems(words, unknown, limits, wanted, damaged))
    facts: dict[str, object] = {}
    if wanted.json:
        facts = {"rules": [_of_rule(one) for one in rules]}
    return Answer(
        "rule",
        judgement.code,
        judgement.summary or words.all_well() + judgement.excused("critical", "warning", "unknown"),
        judgement.lines() if wanted.details else [],
        _figures(judgement, rules),
        facts,
    )


def _problems(
    words: RuleWords,
    unknown: Sequence[str],
    limits: Limits,
    wanted: Wanted,
    damaged: Sequence[str],
) -> list[Problem]:
    def firing(level: str, state: ServiceState) -> Problem:
        number = len(words.alerts(level))
        return Problem(
            level,
            state,
            number,
            lambda: words.fire(level),
            words.each_alert(level),
            counts_as=Ok if limits.are_given else None,
        )

    def rules(word: str) -> Problem:
        number = len(words.of(word))
        return Problem(word, Unknown, number, lambda: words.said(word), words.each(word))

    broken = problems(words.rules)
    levels = ("critical", "warning")
    return [
        Problem(
            "firing",
            limits.number,
            sum(len(words.alerts(level)) for level in levels),
            lambda: "; ".join(filter(None, map(words.fire, levels))),
        ),
        firing("critical", Critical),
        rules("stale"),
        Problem(
            "damaged",
            Unknown,
            len(damaged),
            lambda: (
                f"{count(len(damaged), 'value')} in the store cannot be read: "
                f"{listing(list(map(short, damaged)), 1)}; are all programs of one version?"
            ),
            (f"cannot be read: {clean(each)}" for each in damaged),
        ),
        rules("unheard"),
        rules("missing"),
        Problem(
            "unknown",
            Unknown,
            len(unknown) if words.rules or unknown else 1,
            lambda: _not_there(unknown),
            (f"no rule {clean(name)} was evaluated" for name in unknown),
            counts_as=wanted.missing,
        ),
        firing("warning", Warn),
        Problem(
            "broken",
            Warn,
            len(broken),
            lambda: "; ".join(dict.fromkeys(broken.values())),
            dict.fromkeys(broken.values()),
        ),
    ]


def _not_there(unknown: Sequence[str]) -> str:
    if not unknown:
        return "no rule was evaluated; start it with: blinkenlights alert"
    names = listing([short(name) for name in unknown], 3)
    return f"no rule {names} was evaluated; does a file have it, and does blinkenlights alert run?"


def _figures(judgement: Judgement, rules: Sequence[RuleFound]) -> list[Figure]:
    known = [one for one in rules if one.word != "stale"]
    return [
        Figure("rules", len(rules), least="0"),
        Figure("things", sum(one.evaluated.things for one in known), least="0"),
        judgement.figure("firing"),
        judgement.figure("critical"),
        judgement.figure("warning"),
        Figure("pending", sum(len(one.pending) for one in known), least="0"),
        Figure("missing", sum(one.evaluated.missing for one in known), least="0"),
        Figure("unheard", sum(one.evaluated.doubtful for one in known), least="0"),
        judgement.figure("stale"),
        Figure("age", max((round(one.age, 3) for one in rules), default=None), "s", least="0"),
    ]


def _of_rule(one: RuleFound) -> dict[str, object]:
    alerts = [each._asdict() for each in (*one.firing, *one.pending)]
    known = {"rule": one.name, "state": one.word, "age": round(one.age, 3)}
    return {**known, **one.evaluated._asdict(), "alerts": alerts}
