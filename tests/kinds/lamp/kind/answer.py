"""The words and figures of check_lamp."""

from collections.abc import Sequence

from blinkenlights.kinds.lamp.survey import Judged

from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, doubts
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Unknown
from blinkenlights.plugin.words import clean, count, listing, span

NAMED = 3


def answer(lamps: Sequence[Judged], horizon: Horizon) -> Answer:
    """Return what is to be said of lamps."""

    def problem(word: str, state: ServiceState) -> Problem:
        ones = [one for one in lamps if one.word == word and one.status is not Ok]
        texts = [said(one) for one in ones]
        head = f"{len(ones)} of {count(len(lamps), 'lamp')} {word}: "
        return Problem(word, state, len(ones), head + listing(texts, NAMED), texts)

    judgement = Judgement(
        [
            problem("off", Critical),
            problem("silent", Critical),
            problem("expected", Critical),
            doubts(horizon.doubts),
            problem("ahead", Unknown),
            problem("unheard", Unknown),
            Problem("missing", Unknown, int(not lamps), "no lamp is known"),
        ],
        horizon.blind,
    )
    on = sum(one.word == "on" for one in lamps)
    return Answer(
        "lamp",
        judgement.code,
        judgement.summary or f"{count(on, 'lamp')} on",
        judgement.lines(),
        [
            Figure("on", 0 if horizon.blind else on, least="0"),
            *(judgement.figure(word) for word in ("off", "silent", "expected", "unheard")),
        ],
        {"lamps": [one._asdict() | {"status": str(one.status)} for one in lamps]},
    )


def said(one: Judged) -> str:
    """Return what is to be said of one lamp: `hall (2m 5s, limit 2m)`."""
    return f"{clean(one.name)} ({span(round(one.silence))}, limit {span(one.limit)})"
