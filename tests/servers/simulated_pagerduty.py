"""PagerDuty's Events API v2 as its documentation describes it."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from servers.heard import Request, Service

KEY = "0123456789abcdef0123456789abcdef"
SEVERITIES = ("critical", "error", "warning", "info")


@dataclass
class Alert:
    """One alert, from its first trigger on."""

    state: str
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def payload(self) -> Any:  # noqa: ANN401 - JSON
        """What the last trigger said."""
        return [each for each in self.events if "payload" in each][-1]["payload"]


class PagerDutyService(Service):
    """One integration."""

    def __init__(self) -> None:
        super().__init__()
        self.alerts: dict[str, list[Alert]] = {}
        """By their key, oldest first: after a resolve there is a new one."""
        self.dropped: list[dict[str, Any]] = []
        """Events about alerts that nobody knows."""

    async def answer(self, request: Request) -> web.StreamResponse:
        """Take an event."""
        if request.path != "/v2/enqueue":
            return web.json_response({"message": "Not Found"}, status=404)
        event = json.loads(request.body)
        wrong = list(_mistakes(event))
        if wrong:
            said = {"status": "invalid event", "message": "Event object is invalid"}
            return web.json_response(said | {"errors": wrong}, status=400)
        self._take(event)
        said = {"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}
        return web.json_response(said, status=202)

    def _take(self, event: dict[str, Any]) -> None:
        known = self.alerts.setdefault(event["dedup_key"], [])
        is_open = bool(known) and known[-1].state != "resolved"
        if event["event_action"] == "trigger":
            if not is_open:
                known.append(Alert("triggered"))
        elif not is_open:
            self.dropped.append(event)
            return
        else:
            states = {"acknowledge": "acknowledged", "resolve": "resolved"}
            known[-1].state = states[event["event_action"]]
        known[-1].events.append(event)


def _mistakes(event: dict[str, Any]) -> Any:  # noqa: ANN401 - a generator of texts
    if event.get("routing_key") != KEY:
        yield f"'routing_key' is invalid: {event.get('routing_key')}"
    if event.get("event_action") not in ("trigger", "acknowledge", "resolve"):
        yield "'event_action' is missing or invalid"
    if not 0 < len(event.get("dedup_key", "")) <= 255:
        yield "Length of 'dedup_key' is incorrect (should be between 1 and 255)"
    for link in event.get("links", ()):
        if not link.get("href"):
            yield "'links' want 'href'"
    if event.get("event_action") != "trigger":
        return
    payload = event.get("payload", {})
    if not 0 < len(payload.get("summary", "")) <= 1024:
        yield "Length of 'payload.summary' is incorrect (should be between 1 and 1024)"
    if not payload.get("source"):
        yield "'payload.source' is missing or blank"
    if payload.get("severity") not in SEVERITIES:
        yield "'payload.severity' is invalid"
