"""Where results of an endpoint are posted to, in words without secrets."""

from collections.abc import Sequence

from blinkenlights.probe.output import HttpOutput, Output, Reason

_WHEN: dict[Reason, str] = {
    "success": "each success",
    "failure": "each failure",
    "result": "each result",
    "change": "each change",
}


def target(output: Output) -> str:
    """Return where an output leads to."""
    if isinstance(output, HttpOutput):
        return output.shown_url
    source = f" as {output.source}" if output.source else ""
    return f"aws-cloudwatch{source}"


def in_words(outputs: Sequence[Output]) -> list[str]:
    """Return what is posted where, a sentence for each."""
    return [f"{_WHEN[each.on]} to {target(each)}, which is not done yet" for each in outputs]


def as_data(outputs: Sequence[Output]) -> list[dict[str, str]]:
    """Return the same for programs."""
    return [{"to": target(each), "on": each.on} for each in outputs]
