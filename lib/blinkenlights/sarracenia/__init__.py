"""Runs inside of Sarracenia sr3: tells when each transfer begins and when it is over.

    callback blinkenlights.sarracenia.InFlight

Standard library only, and what sr3 itself has: sr3 runs in a Python of its own.
"""

import contextlib
import json
import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

from sarracenia.flowcb import FlowCB

from blinkenlights.sarracenia.posting import Posting

log = logging.getLogger(__name__)

DONE, FAILED = 201, 499
_NUMBER = "blinkenlights_number"
"""Where a message keeps which beginning is its own; sr3 posts it nowhere."""


class InFlight(FlowCB):  # type: ignore[misc] # sr3 has no types
    """Posts the beginnings and ends of a flow's transfers. Nothing of it ever stops the flow.

    Options of the flow:
        blinkenlightsUrl: Where the collector takes lines: `unix:///path`, `tcp://host:port` or
            `udp://host:port`; or `amqp://user:password@host/vhost?exchange=NAME`, with sr3's amqp.
        blinkenlightsNode: What this host is called in its heartbeats; its host name without.
        blinkenlightsClient: Who transfers; the user at the broker without.
    """

    def __init__(self, options: Any) -> None:  # noqa: ANN401 - sr3's own
        super().__init__(options, log)
        self.o.add_option("blinkenlightsUrl", "str", "unix:///run/blinkenlights/lines.sock")
        self.o.add_option("blinkenlightsNode", "str", socket.gethostname())
        self.o.add_option("blinkenlightsClient", "str", "")
        self._posting = Posting(self.o.blinkenlightsUrl)
        self._begun: dict[int, tuple[Any, str]] = {}
        """Of this turn of the flow: number -> the message, and what it was called when it began."""
        self._last = 0

    def on_start(self) -> None:
        """Begin to post."""
        self._posting.start()

    def after_accept(self, worklist: Any) -> None:  # noqa: ANN401
        """Post that what is to be transferred begins."""
        with _harmless():
            for message in worklist.incoming:
                self._last += 1
                message[_NUMBER] = self._last
                message.setdefault("_deleteOnPost", set()).add(_NUMBER)
                # The path in a message becomes that of the local file when it is there.
                name = message.get("relPath", "")
                self._begun[self._last] = (message, name)
                self._post(message, name, state="started")

    def after_work(self, worklist: Any) -> None:  # noqa: ANN401
        """Post that it is over, also what failed: when it is tried again it begins again.

        What sr3 will try again it has taken out of the list of failures by now. And in the list of
        what went well are copies for several publishers, and what was transferred long ago.
        """
        with _harmless():
            fetched = {message.get(_NUMBER) for message in worklist.ok}
            begun, self._begun = self._begun, {}
            for number, (message, name) in begun.items():
                code = _code(message, DONE if number in fetched else FAILED)
                self._post(message, name, state="finished", code=code)

    def on_stop(self) -> None:
        """Post what is left, for a moment."""
        self._posting.stop()

    def _post(self, message: Any, name: str, **said: object) -> None:  # noqa: ANN401
        broker = getattr(self.o, "broker", None)
        user = getattr(getattr(broker, "url", None), "username", None)
        line = {
            "kind": "transfer",
            **said,
            "node": self.o.blinkenlightsNode,
            "client": self.o.blinkenlightsClient or user or self.o.blinkenlightsNode,
            "source": message.get("source", ""),
            "name": name,
            "bytes": message.get("size", 0) if said.get("code") == DONE else 0,
            "timestamp": time.time(),
        }
        self._posting.post(json.dumps(line).encode())


@contextlib.contextmanager
def _harmless() -> Iterator[None]:
    """Say what goes wrong, and go on: a transfer must never fail because of it."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is
        log.warning("beginnings or ends of transfers were not posted: %s", error)


def _code(message: Any, otherwise: int) -> int:  # noqa: ANN401
    """Return the code of sr3's own report, which says of what was refused whether that is good."""
    report = message.get("report")
    code = report.get("code") if isinstance(report, dict) else None
    return code if isinstance(code, int) else otherwise
