"""Paths into JSON: `queue.depth`, `items[0].name`, `nodes["a.b"]`."""

import json
import re
from functools import lru_cache

from blinkenlights.conditions.errors import ConditionError

Step = str | int
_STEP = re.compile(r'\.?([^.\[\]"]+)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]')


class NoValueError(LookupError):
    """The path leads nowhere; says so, and which step of it is the first that is missing."""


@lru_cache(maxsize=4096)
def steps_of(path: str) -> tuple[Step, ...]:
    """Return the keys and places that a path goes through. Raise ConditionError."""
    steps: list[Step] = []
    at = 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None or (found[0][0] == ".") != (at > 0 and found[1] is not None):
            raise ConditionError(
                f"{path[:80]!r}, column {at + 1}: this is no path; write queue.depth, items[0].name"
                ' or nodes["a.b"]'
            )
        if found[1] is not None:
            steps.append(found[1])
        elif found[2] is not None:
            steps.append(int(found[2]))
        else:
            steps.append(str(json.loads(found[3])))
        at = found.end()
    if not steps:
        raise ConditionError("a path is empty; write queue.depth or items[0].name")
    return tuple(steps)


def path_of(steps: tuple[Step, ...]) -> str:
    """Return the path through these keys and places."""
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif re.fullmatch(r'[^.\[\]"\s]+', step):
            path += f".{step}" if path else step
        else:
            path += f"[{json.dumps(step, ensure_ascii=False)}]"
    return path


def follow(value: object, steps: tuple[Step, ...], start: int = 0) -> object:
    """Return what stands at the end of a path. Raise NoValueError.

    `start` says how many steps led to `value`.
    """
    for place in range(start, len(steps)):
        try:
            value = _one_step(value, steps[place])
        except LookupError:
            whole, missing = path_of(steps), path_of(steps[: place + 1])
            raise NoValueError(
                whole if whole == missing else f"{whole}: there is no {missing}"
            ) from None
    return value


def _one_step(value: object, step: Step) -> object:
    if isinstance(value, dict) and isinstance(step, str):
        return value[step]
    if isinstance(value, list | tuple) and isinstance(step, int):
        return value[step]
    raise LookupError
