"""Where results of an endpoint are posted to, in words without secrets."""

from collections.abc import Sequence

from blinkenlights.probe.output import Output, Reason

_WHEN: dict[Reason, str] = {
    "success": "each success",
    "failure": "each failure",
    "result": "each result",
    "change": "each change",
}


def in_words(outputs: Sequence[Output]) -> list[str]:
    """Return what is posted where, a sentence for each."""
    return [f"{_WHEN[each.on]} to {each.target}" for each in outputs]


def as_data(outputs: Sequence[Output]) -> list[dict[str, str]]:
    """Return the same for programs."""
    return [{"to": each.target, "on": each.on} for each in outputs]
