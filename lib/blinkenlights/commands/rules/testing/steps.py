"""From the steps that a file has of a thing to what comes of it at which moments."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from blinkenlights.commands.rules.testing.settings import StepSettings, ThingSettings
from blinkenlights.kinds.subject import Subject
from blinkenlights.rules.series import Point, Series, well_state
from blinkenlights.rules.vocabulary import subjects_by_word
from blinkenlights.yaml_files.times import seconds_of
from blinkenlights.yaml_files.unfit import Unfit

_STEP = re.compile(r"(?P<what>.+?)(?: x (?P<times>\d{1,6}))?")
_MOST_STEPS = 100_000


def series_of(data: Mapping[str, object], start: float) -> Series:
    """Return a thing over time. Raises Unfit.

    Args:
        data: What a file says of it.
        start: When the test begins.
    """
    words = [word for word in data if word in subjects_by_word()]
    if len(words) != 1:
        known = ", ".join(subjects_by_word())
        raise Unfit("series", f"a thing has one key that names it; there are {known}")
    word, subject = words[0], subjects_by_word()[words[0]]
    try:
        rest = {key: value for key, value in data.items() if key != word}
        settings = msgspec.convert(rest, ThingSettings)
    except msgspec.ValidationError as error:
        raise Unfit(word, f"{data[word]}: {error}") from None
    points, blind = list[Point](), list[tuple[float, float]]()
    place, every = 0, seconds_of("every", settings.every)
    for step in _steps(settings.series, subject):
        for _ in range(step.times):
            at = start + place * every
            place += 1
            if place > _MOST_STEPS:
                raise Unfit("series", f"is longer than {_MOST_STEPS:,} steps")
            if step.state == "blind":
                blind.append((at, at + every))
            elif step.state != "gap":
                facts = {**settings.facts, **step.facts}
                points.append(Point(at, step.state, step.value, facts))
    return Series(
        subject=subject.name,
        name=str(data[word]),
        every=every,
        points=points,
        end=start + place * every,
        tags={tag: str(value) for tag, value in settings.tags.items()},
        blind=blind,
    )


def _steps(
    given: Sequence[str | int | float | StepSettings], subject: Subject
) -> Iterator[StepSettings]:
    states = {one.word for one in subject.display.states} if subject.display else set[str]()
    words = {*states, well_state(subject), "gap", "blind"}
    for each in given:
        if isinstance(each, StepSettings):
            step = each
        elif isinstance(each, str):
            found = _STEP.fullmatch(each.strip())
            what, times = (found["what"], int(found["times"] or 1)) if found else (each, 1)
            try:
                step = StepSettings(value=float(what), times=times)
            except ValueError:
                step = StepSettings(state=what, times=times)
        else:
            step = StepSettings(value=float(each))
        if step.state and step.state not in words:
            known = ", ".join(sorted(words))
            raise Unfit("series", f"{step.state!r} is neither a number nor one of: {known}")
        yield step
