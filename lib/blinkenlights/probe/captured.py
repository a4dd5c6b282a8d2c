"""Values of the JSON answer that are kept, as their endpoint asks."""

from collections.abc import Mapping, Sequence

from blinkenlights.conditions.context import Context, MissingError
from blinkenlights.conditions.hiding import without
from blinkenlights.conditions.paths import NoValueError, follow, steps_of
from blinkenlights.conditions.showing import number
from blinkenlights.masking import MASK

Captured = str | float | bool | None
MOST = 1024
"""Characters of a text that is kept."""


def captured(paths: Sequence[str], context: Context) -> tuple[Mapping[str, Captured], list[str]]:
    """Return the values at these paths, and a sentence for each that could not be kept.

    Lists and maps are not kept. Secrets in texts are masked, and numbers that are one.
    """
    values: dict[str, Captured] = {}
    if not paths:
        return values, []
    try:
        answer = context.value("json")
    except MissingError as missing:
        return values, [str(missing)]
    sentences = []
    for path in paths:
        try:
            value = follow(answer, steps_of(path))
        except NoValueError as missing:
            sentences.append(f"the answer has no {missing} to capture")
            continue
        if isinstance(value, list | dict):
            kind = "list" if isinstance(value, list) else "map"
            sentences.append(f"{path} is a {kind}; only single values are captured")
        elif isinstance(value, str):
            values[path] = without(value, context.secrets)[:MOST]
        elif value is None or isinstance(value, bool):
            values[path] = value
        elif isinstance(value, int | float):
            values[path] = MASK if without(number(value), context.secrets) == MASK else value
    return values, sentences
