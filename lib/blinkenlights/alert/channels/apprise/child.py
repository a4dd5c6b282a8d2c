"""Says one message by apprise, and ends. Run as a file by `caller`, with Python and apprise alone.

It reads JSON from its input, so that the URL with its secrets is in no list of processes, and
answers in JSON: what happened in one word, and the HTTP status when apprise noted one.
"""

import json
import logging
import re
import signal
import sys

MARGIN = 2
"""Seconds after whoever started it would have ended it: for when that one is gone."""


class Statuses(logging.Handler):
    """Keeps the last status that a service answered with; what else apprise notes may be secret."""

    def __init__(self) -> None:
        super().__init__()
        self.last = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Look for `error=429` in a line."""
        found = re.search(r"\berror=(\d{3})\b", record.getMessage())
        if found:
            self.last = int(found[1])


def main() -> None:
    """Say what the input has."""
    given = json.load(sys.stdin)
    signal.alarm(int(given["seconds"]) + MARGIN)
    print(json.dumps(_said(given)))  # noqa: T201 - that is how it answers


def _said(given: dict[str, str]) -> dict[str, object]:
    try:
        import apprise  # noqa: PLC0415
    except ImportError:
        return {"how": "not installed"}
    statuses = Statuses()
    logger = logging.getLogger("apprise")
    logger.addHandler(statuses)
    logger.propagate = False
    place = apprise.Apprise()
    if not place.add(given["url"]):
        return {"how": "no such service"}
    service = str(getattr(place[0], "service_name", "") or "")
    taken = place.notify(
        title=given["title"], body=given["body"], notify_type=given["type"], body_format="text"
    )
    return {"how": "taken" if taken else "refused", "status": statuses.last, "service": service}


if __name__ == "__main__":
    main()
