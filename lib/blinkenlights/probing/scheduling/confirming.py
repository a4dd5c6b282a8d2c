"""Whether an endpoint is bad that one worker found bad, by what others found. Pure."""

from collections.abc import Mapping

from msgspec.structs import replace

from blinkenlights.kinds.endpoint.message import AskedMessage, Found, ResultMessage
from blinkenlights.probe.endpoint import Confirm

FAILED = "failed"
_FOUND: Mapping[str, Found] = {"ok": "ok", "degraded": "degraded"}
"""What counts as no failure."""


def verdict(
    confirm: Confirm,
    first: ResultMessage,
    others: Mapping[str, ResultMessage],
    silent: Mapping[str, str],
) -> ResultMessage:
    """Return the one result that counts, with what each worker found.

    It is bad when as many say so as the file wants. Where fewer answered than that, all of them
    have to say so.

    Args:
        confirm: How many are asked, and how many have to find it bad.
        first: The bad result of the worker that made the probe.
        others: What those found who were asked, by worker.
        silent: Who was asked and said nothing of the endpoint, and why.
    """
    results = [first, *others.values()]
    bad = [each for each in results if each.result == FAILED]
    asked = [
        AskedMessage(
            each.worker,
            _FOUND.get(each.result, "failed"),
            each.reasons[0] if each.reasons else "",
        )
        for each in results
    ]
    asked += [AskedMessage(worker, "unanswered", why) for worker, why in sorted(silent.items())]
    wanted = min(confirm.bad, len(results))
    workers = "1 worker" if len(results) == 1 else f"{len(results)} workers"
    if len(bad) < wanted:
        good = next(each for each in results if each.result != FAILED)
        return replace(good, due=first.due, next=first.next, planned=first.planned, asked=asked)
    said = f"confirmed by {len(bad)} of {workers}"
    if len(results) < confirm.of:
        said += f", {confirm.bad} of {confirm.of} wanted"
    if silent:
        said += f", no answer from {', '.join(sorted(silent))}"
    return replace(first, reasons=[*first.reasons, said], asked=asked)
