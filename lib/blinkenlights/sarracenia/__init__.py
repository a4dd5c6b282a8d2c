"""Runs inside of Sarracenia sr3: tells when each transfer begins and when it is over.

    callback blinkenlights.sarracenia.InFlight

Standard library only, and what sr3 itself has: sr3 runs in a Python of its own.
"""

import json
import logging
import socket
import time
from typing import Any

from sarracenia.flowcb import FlowCB

from blinkenlights.sarracenia.posting import Posting

log = logging.getLogger(__name__)

DONE, FAILED = 201, 499
_NAME = "blinkenlights_name"
"""Where a message keeps what it is called; sr3 posts it nowhere."""
BAD = 400
"""The least code of a transfer that failed."""


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

    def on_start(self) -> None:
        """Begin to post."""
        self._posting.start()

    def after_accept(self, worklist: Any) -> None:  # noqa: ANN401
        """Post that what is to be transferred begins."""
        for message in worklist.incoming:
            # The path in a message becomes that of the local file when it is there.
            message[_NAME] = message.get("relPath", "")
            message.setdefault("_deleteOnPost", set()).add(_NAME)
            self._post(message, state="started")

    def after_work(self, worklist: Any) -> None:  # noqa: ANN401
        """Post that it is over, also what failed: when it is tried again it begins again."""
        for message in worklist.ok:
            self._post(message, state="finished", code=_code(message, DONE))
        for message in (*worklist.rejected, *worklist.failed):
            code = _code(message, FAILED)
            self._post(message, state="finished", code=code if code >= BAD else FAILED)

    def on_stop(self) -> None:
        """Post what is left, for a moment."""
        self._posting.stop()

    def _post(self, message: Any, **said: object) -> None:  # noqa: ANN401
        try:
            broker = getattr(self.o, "broker", None)
            user = getattr(getattr(broker, "url", None), "username", None)
            line = {
                "kind": "transfer",
                **said,
                "node": self.o.blinkenlightsNode,
                "client": self.o.blinkenlightsClient or user or self.o.blinkenlightsNode,
                "source": message.get("source", ""),
                "name": message.get(_NAME) or message.get("relPath", ""),
                "bytes": message.get("size", 0) if said.get("code") == DONE else 0,
                "timestamp": time.time(),
            }
            self._posting.post(json.dumps(line).encode())
        except Exception as error:  # noqa: BLE001 - a transfer must never fail because of it
            log.warning("a beginning or an end was not posted: %s", error)


def _code(message: Any, otherwise: int) -> int:  # noqa: ANN401
    report = message.get("report")
    code = report.get("code") if isinstance(report, dict) else None
    return code if isinstance(code, int) else otherwise
